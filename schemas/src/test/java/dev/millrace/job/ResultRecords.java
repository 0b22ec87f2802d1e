package dev.millrace.job;

import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.Verdict;
import dev.millrace.avro.VerdictKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Records of the results topic as tests need them. */
public final class ResultRecords {
    public static final AccountId ACCOUNT = new AccountId("acme");
    public static final String JOB = "job-1";

    private ResultRecords() {}

    /** A record with one text delta. */
    public static InferenceResult text(int attempt, int epoch, long seq, String text) {
        return record(ACCOUNT.value(), attempt, epoch, seq, text).build();
    }

    /** The same of any account. */
    public static InferenceResult textOf(String account, int attempt, int epoch, long seq, String text) {
        return record(account, attempt, epoch, seq, text).build();
    }

    /** A terminal without content. */
    public static InferenceResult end(int attempt, int epoch, long seq, JobStatus status) {
        return endWith(attempt, epoch, seq, status, "");
    }

    /** A terminal with a last text delta, unless that is empty. */
    public static InferenceResult endWith(int attempt, int epoch, long seq, JobStatus status, String text) {
        return record(ACCOUNT.value(), attempt, epoch, seq, text)
                .setTerminal(Terminal.newBuilder().setStatus(status).build())
                .build();
    }

    /** The router's answer to a submit. */
    public static InferenceResult verdict(VerdictKind kind) {
        return record(ACCOUNT.value(), 0, 0, 0, "")
                .setVerdict(Verdict.newBuilder().setKind(kind).build())
                .build();
    }

    /** All text of the record's deltas. */
    public static String textIn(InferenceResult record) {
        var text = new StringBuilder();
        for (var delta : record.getDeltas()) {
            if (delta.getContent() instanceof TextDelta piece) {
                text.append(piece.getText());
            }
        }
        return text.toString();
    }

    private static InferenceResult.Builder record(String account, int attempt, int epoch, long seq, String text) {
        List<Delta> deltas = new ArrayList<>();
        if (!text.isEmpty()) {
            deltas.add(Delta.newBuilder()
                    .setContent(TextDelta.newBuilder().setText(text).build())
                    .setExtensions(Map.of())
                    .build());
        }
        return InferenceResult.newBuilder()
                .setJobId(JOB)
                .setAccount(account)
                .setAttempt(attempt)
                .setEpoch(epoch)
                .setSeq(seq)
                .setCreatedAtMillis(1_700_000_000_000L)
                .setDeltas(deltas);
    }
}

package dev.millrace.egress;

import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.Usage;
import dev.millrace.avro.Verdict;
import dev.millrace.avro.VerdictKind;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Result records as a worker of provider {@code alpha} writes them. */
public final class Results {
    public static final AccountId ACME = new AccountId("acme");
    public static final AccountId OTHER = new AccountId("other");

    private Results() {}

    public static InferenceResult record(
            JobId job, AccountId account, int attempt, int epoch, long seq, List<Delta> deltas) {
        return builder(job, account, attempt, epoch, seq, deltas).build();
    }

    /** Attempt 1, epoch 1. */
    public static InferenceResult text(JobId job, long seq, String text) {
        return text(job, 1, 1, seq, text);
    }

    public static InferenceResult text(JobId job, int attempt, int epoch, long seq, String text) {
        return record(job, ACME, attempt, epoch, seq, List.of(delta(text)));
    }

    public static InferenceResult deltas(JobId job, long seq, Object... contents) {
        var deltas = new ArrayList<Delta>();
        for (var content : contents) {
            deltas.add(content instanceof Delta delta ? delta : delta(0, content));
        }
        return record(job, ACME, 1, 1, seq, deltas);
    }

    public static Delta delta(String text) {
        return delta(0, TextDelta.newBuilder().setText(text).build());
    }

    public static Delta delta(int choice, Object content) {
        return Delta.newBuilder().setIndex(choice).setContent(content).build();
    }

    public static Delta finish(FinishReason reason) {
        return delta(0, FinishDelta.newBuilder().setReason(reason).build());
    }

    public static Usage usage(long input, long output) {
        return Usage.newBuilder().setInputTokens(input).setOutputTokens(output).build();
    }

    /** A completed end after 3 input and 2 output tokens for 1,500 nano-dollars. */
    public static InferenceResult completed(JobId job, long seq) {
        return end(
                job,
                seq,
                Terminal.newBuilder()
                        .setStatus(JobStatus.COMPLETED)
                        .setUsage(usage(3, 2))
                        .setCostNanos(1500)
                        .build());
    }

    public static InferenceResult end(JobId job, long seq, Terminal terminal) {
        return end(job, 1, 1, seq, terminal);
    }

    public static InferenceResult end(JobId job, int attempt, int epoch, long seq, Terminal terminal) {
        return builder(job, ACME, attempt, epoch, seq, List.of())
                .setTerminal(terminal)
                .build();
    }

    public static InferenceResult verdict(JobId job, VerdictKind kind, @Nullable JobId original) {
        return builder(job, ACME, 0, 0, 0, List.of())
                .setVerdict(Verdict.newBuilder()
                        .setKind(kind)
                        .setOriginalJobId(original == null ? null : original.value())
                        .build())
                .build();
    }

    public static String textOf(InferenceResult record) {
        var text = new StringBuilder();
        for (var delta : record.getDeltas()) {
            if (delta.getContent() instanceof TextDelta piece) {
                text.append(piece.getText());
            }
        }
        return text.toString();
    }

    private static InferenceResult.Builder builder(
            JobId job, AccountId account, int attempt, int epoch, long seq, List<Delta> deltas) {
        return InferenceResult.newBuilder()
                .setJobId(job.value())
                .setAccount(account.value())
                .setAttempt(attempt)
                .setEpoch(epoch)
                .setSeq(seq)
                .setCreatedAtMillis(job.createdAtMillis().orElse(1_700_000_000_000L) + seq)
                .setProvider("alpha")
                .setModel("alpha/one")
                .setDeltas(deltas);
    }
}

package dev.millrace.ops.acceptance;

import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextDelta;
import dev.millrace.job.AccountId;
import dev.millrace.job.ResultFold;
import dev.millrace.job.ResultFold.Accepted;
import dev.millrace.job.ResultFold.Gap;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One job as a reader of the results topic sees it: the public fold over its records in log order. */
final class FoldedJob {
    private final String id;
    private final ResultFold fold;
    private final List<Accepted> accepted = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private int terminals;

    FoldedJob(String id, String account) {
        this.id = id;
        this.fold = new ResultFold(new AccountId(account));
    }

    /** Applies the next record. What does not decode, and any gap, is a fault. */
    void add(byte @Nullable [] bytes, AvroCodec<InferenceResult> codec) {
        switch (codec.decode(bytes)) {
            case Undecodable<InferenceResult>(var reason) -> faults.add("undecodable: " + reason);
            case Value<InferenceResult>(var record) -> {
                if (record.getTerminal() != null) {
                    terminals++;
                }
                switch (fold.apply(record)) {
                    case Accepted step -> accepted.add(step);
                    case Gap gap -> faults.add("gap: " + gap);
                    case ResultFold.Answered _, ResultFold.Dropped _ -> {}
                }
            }
        }
    }

    String id() {
        return id;
    }

    boolean ended() {
        return fold.ended();
    }

    List<Accepted> accepted() {
        return accepted;
    }

    /** Gaps and records that do not decode; a healthy log has none. */
    List<String> faults() {
        return faults;
    }

    /** Terminal records on the log, those that readers ignore included. */
    int terminals() {
        return terminals;
    }

    /** True when an execution began after content of an earlier one. */
    boolean restarted() {
        return accepted.stream().anyMatch(Accepted::restarted);
    }

    /** The end that readers accept. */
    Terminal terminal() {
        var terminal = accepted.isEmpty() ? null : accepted.getLast().record().getTerminal();
        if (terminal == null) {
            throw new AssertionError(id + " has no end; accepted " + accepted.size() + " records");
        }
        return terminal;
    }

    String correlationId() {
        var correlationId = accepted.getFirst().record().getCorrelationId();
        return correlationId == null ? "" : correlationId;
    }

    /** What was said: the text of the execution that counts. */
    String text() {
        var text = new StringBuilder();
        for (var step : accepted) {
            if (step.restarted()) {
                text.setLength(0);
            }
            for (var delta : step.record().getDeltas()) {
                if (delta.getContent() instanceof TextDelta piece) {
                    text.append(piece.getText());
                }
            }
        }
        return text.toString();
    }
}

package dev.millrace.ops.acceptance;

import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Terminal;
import dev.millrace.job.ResultFold.Accepted;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One job as a reader of the results topic sees it, with the records that readers accept at hand. */
final class FoldedJob {
    private final dev.millrace.ops.history.FoldedJob history;
    private final List<Accepted> accepted = new ArrayList<>();

    FoldedJob(String id, String account) {
        this.history = new dev.millrace.ops.history.FoldedJob(id, account);
    }

    /** Applies the next record. What does not decode, and any gap, is a fault. */
    void add(byte @Nullable [] bytes, AvroCodec<InferenceResult> codec) {
        switch (codec.decode(bytes)) {
            case Undecodable<InferenceResult>(var reason) -> history.addUndecodable(reason);
            case Value<InferenceResult>(var record) -> {
                if (history.add(record) instanceof Accepted step) {
                    accepted.add(step);
                }
            }
        }
    }

    /** The same as the history checks know it. */
    dev.millrace.ops.history.FoldedJob history() {
        return history;
    }

    String id() {
        return history.id();
    }

    boolean ended() {
        return history.ended();
    }

    List<Accepted> accepted() {
        return accepted;
    }

    /** Gaps and records that do not decode; a healthy log has none. */
    List<String> faults() {
        return history.faults();
    }

    /** Terminal records on the log, those that readers ignore included. */
    int terminals() {
        return history.terminals();
    }

    /** True when an execution began after content of an earlier one. */
    boolean restarted() {
        return history.restarts() > 0;
    }

    /** The end that readers accept. */
    Terminal terminal() {
        return history.end()
                .orElseThrow(() -> new AssertionError(id() + " has no end; accepted " + accepted.size() + " records"));
    }

    String correlationId() {
        var correlationId = accepted.getFirst().record().getCorrelationId();
        return correlationId == null ? "" : correlationId;
    }

    /** What was said: the text of the execution that counts. */
    String text() {
        return history.text();
    }
}

package dev.millrace.worker.call;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Verdict;
import dev.millrace.worker.intake.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers the records of one execution, contiguously from 0. Not thread-safe. */
final class ResultSequence {
    private final Work work;
    private long nextSeq;

    ResultSequence(Work work) {
        this.work = work;
    }

    InferenceResult next(
            List<Delta> deltas, @Nullable Terminal terminal, @Nullable Verdict verdict, long createdAtMillis) {
        var dispatch = work.dispatch();
        var result = InferenceResult.newBuilder()
                .setJobId(dispatch.getJobId())
                .setAccount(dispatch.getAccount())
                .setCorrelationId(dispatch.getCorrelationId())
                .setAttempt(dispatch.getAttempt())
                .setEpoch(work.epoch())
                .setSeq(nextSeq++)
                .setCreatedAtMillis(createdAtMillis)
                .setDeltas(deltas)
                .setTerminal(terminal)
                .setVerdict(verdict);
        if (dispatch.getOrder() instanceof AttemptOrder order) {
            result.setProvider(order.getProvider()).setModel(order.getModel());
        }
        return result.build();
    }
}

package dev.millrace.worker.call;

import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Terminal;
import dev.millrace.job.AccountId;
import dev.millrace.job.ResultFold;
import dev.millrace.job.ResultFold.Accepted;
import org.jspecify.annotations.Nullable;

/** What readers make of a job's records: the end they accept, if there is one. Fed in log order; pure. */
final class JobHistory {
    private final ResultFold fold;
    private @Nullable Found end;
    private boolean contentSeen;

    /** The accepted end and where it lies. */
    record Found(Terminal terminal, long offset, int attempt, int epoch) {}

    JobHistory(AccountId account) {
        this.fold = new ResultFold(account);
    }

    /** Returns false once the end is known. */
    boolean visit(long offset, InferenceResult record) {
        if (fold.apply(record) instanceof Accepted accepted) {
            contentSeen |= !record.getDeltas().isEmpty();
            if (accepted.record().getTerminal() != null) {
                end = new Found(accepted.record().getTerminal(), offset, record.getAttempt(), record.getEpoch());
            }
        }
        return end == null;
    }

    @Nullable
    Found end() {
        return end;
    }

    boolean contentSeen() {
        return contentSeen;
    }
}

package dev.millrace.worker.call;

import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Terminal;
import dev.millrace.job.AccountId;
import dev.millrace.job.Content;
import dev.millrace.job.ResultFold;
import dev.millrace.job.ResultFold.Accepted;
import dev.millrace.worker.provider.VendorJob;
import org.jspecify.annotations.Nullable;

/** What readers make of a job's records: the end they accept, if there is one. Fed in log order; pure. */
final class JobHistory {
    private final ResultFold fold;
    private @Nullable Found end;
    private boolean contentSeen;
    private @Nullable Begun vendorJob;

    /** The accepted end and where it lies. */
    record Found(Terminal terminal, long offset, int attempt, int epoch) {}

    /** A job that an execution of an attempt made at the vendor. */
    private record Begun(String json, int attempt) {}

    JobHistory(AccountId account) {
        this.fold = new ResultFold(account);
    }

    /** Returns false once the end is known. */
    boolean visit(long offset, InferenceResult record) {
        if (fold.apply(record) instanceof Accepted accepted) {
            contentSeen |= Content.in(record.getDeltas());
            var job = VendorJob.in(record.getDeltas());
            if (job != null) {
                vendorJob = new Begun(job, record.getAttempt());
            }
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

    /** The last job that an execution of {@code attempt} made at the vendor; null when none is known. */
    @Nullable
    String vendorJob(int attempt) {
        return vendorJob != null && vendorJob.attempt() == attempt ? vendorJob.json() : null;
    }
}

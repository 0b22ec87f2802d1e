package dev.millrace.egress.log;

import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Verdict;
import dev.millrace.avro.VerdictKind;
import dev.millrace.egress.log.JobRecords.Pass;
import dev.millrace.egress.log.JobSnapshot.Phase;
import dev.millrace.egress.reply.ReplyBuilder;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.job.ResultFold;
import dev.millrace.job.ResultFold.Accepted;
import dev.millrace.job.ResultFold.Answered;
import dev.millrace.job.ResultFold.Dropped;
import dev.millrace.job.ResultFold.Gap;
import org.jspecify.annotations.Nullable;

/** Answers what the log says of one job. Stateless; the reader is the caller's. */
final class StatusReader {
    private final JobRecords records;
    private final Existence existence;
    private final int maxReplyBytes;

    StatusReader(JobRecords records, Existence existence, int maxReplyBytes) {
        this.records = records;
        this.existence = existence;
        this.maxReplyBytes = maxReplyBytes;
    }

    /**
     * Reads a job to the end of the log.
     *
     * @throws JobUnavailable {@code JOB_NOT_FOUND} or {@code RESULT_EXPIRED}
     */
    JobSnapshot read(LogReader reader, JobId id, AccountId account) throws InterruptedException {
        var state = new State(account, maxReplyBytes);
        var pass = records.read(reader, id, JobRecords.beginning(id), (_, record, _) -> state.take(record));
        if (pass instanceof Pass.Expired || state.gap) {
            throw new JobUnavailable(ErrorCode.RESULT_EXPIRED, Existence.EXPIRED);
        }
        var last = state.last;
        if (last == null) {
            return queued(reader, id, account, state);
        }
        return new JobSnapshot(
                id,
                last.getTerminal() == null ? Phase.RUNNING : Phase.ENDED,
                id.createdAtMillis().orElse(state.firstMillis),
                state.provider,
                state.model,
                Attempts.of(last),
                state.fold.nextIndex(),
                state.reply.build(),
                last.getTerminal());
    }

    private JobSnapshot queued(LogReader reader, JobId id, AccountId account, State state) throws InterruptedException {
        return switch (existence.of(reader, id, account)) {
            case UNKNOWN -> throw new JobUnavailable(ErrorCode.JOB_NOT_FOUND, Existence.NOT_FOUND);
            case EXPIRED -> throw new JobUnavailable(ErrorCode.RESULT_EXPIRED, Existence.EXPIRED);
            case QUEUED -> {
                if (neverAJob(state.verdict)) {
                    throw new JobUnavailable(ErrorCode.JOB_NOT_FOUND, Existence.NOT_FOUND);
                }
                yield new JobSnapshot(
                        id, Phase.QUEUED, id.createdAtMillis().orElse(0), "", "", 0, 0, state.reply.build(), null);
            }
        };
    }

    /** Whether a submit came to nothing of its own: the router pointed to an earlier job, or refused. */
    static boolean neverAJob(@Nullable Verdict verdict) {
        return verdict != null
                && (verdict.getKind() == VerdictKind.DUPLICATE || verdict.getKind() == VerdictKind.CONFLICT);
    }

    private static final class State {
        private final ResultFold fold;
        private final ReplyBuilder reply;
        private @Nullable InferenceResult last;
        private @Nullable Verdict verdict;
        private String provider = "";
        private String model = "";
        private long firstMillis;
        private boolean gap;

        State(AccountId account, int maxReplyBytes) {
            this.fold = new ResultFold(account);
            this.reply = new ReplyBuilder(maxReplyBytes);
        }

        boolean take(InferenceResult record) {
            switch (fold.apply(record)) {
                case Accepted(var index, var accepted, var restarted) -> accept(index, accepted, restarted);
                case Answered(var answer) -> verdict = answer;
                case Gap _ -> gap = true;
                case Dropped _ -> {}
            }
            return !fold.ended() && !gap;
        }

        private void accept(long index, InferenceResult record, boolean restarted) {
            if (index == 0) {
                firstMillis = record.getCreatedAtMillis();
            }
            if (!record.getProvider().isEmpty()) {
                provider = record.getProvider();
                model = record.getModel();
            }
            reply.add(record, restarted);
            last = record;
        }
    }
}

package dev.millrace.job;

import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Verdict;

/**
 * The one rule by which every reader turns the records of a job, in log order, into what a client sees.
 *
 * <p>The rule depends on the log alone, so all readers on all replicas number the events alike and agree on the end: an execution
 * is {@code (attempt, epoch)}; a record of a lower execution than the highest seen is dropped, as is a repeated {@code seq}; the
 * first accepted terminal ends the job and everything after it is dropped. Accepted records are numbered from 0.
 *
 * <p>Not thread-safe; one instance per job and reader, fed from the job's first record.
 */
public final class ResultFold {
    private final String account;
    private int attempt = -1;
    private int epoch = -1;
    private long nextSeq;
    private long nextIndex;
    private boolean contentSeen;
    private boolean ended;

    /** A fold for the job of {@code account}; records of any other account are dropped. */
    public ResultFold(AccountId account) {
        this.account = account.value();
    }

    /** What one record means to a reader. */
    public sealed interface Step {}

    /**
     * The record counts.
     *
     * @param index number of the event within the job, from 0; the same for every reader
     * @param restarted true when a new execution begins after content of an earlier one was accepted: what was delivered before
     *     is void
     */
    public record Accepted(long index, InferenceResult record, boolean restarted) implements Step {}

    /** The router's answer to a submit; not an event of the job. */
    public record Answered(Verdict verdict) implements Step {}

    /** Records between {@code expectedSeq} and {@code gotSeq} are not on the log any more; what follows cannot be delivered whole. */
    public record Gap(long expectedSeq, long gotSeq) implements Step {}

    /** Stale, repeated, foreign, or after the end. */
    public record Dropped(String reason) implements Step {}

    /** Applies the next record of the job in log order. */
    public Step apply(InferenceResult record) {
        if (!record.getAccount().equals(account)) {
            return new Dropped("foreign account");
        }
        if (record.getVerdict() != null) {
            return new Answered(record.getVerdict());
        }
        if (ended) {
            return new Dropped("after the terminal");
        }
        int order = Integer.compare(record.getAttempt(), attempt);
        if (order == 0) {
            order = Integer.compare(record.getEpoch(), epoch);
        }
        if (order < 0) {
            return new Dropped("stale execution");
        }
        if (record.getSeq() < (order == 0 ? nextSeq : 0)) {
            return new Dropped("duplicate seq");
        }
        if (order > 0) {
            attempt = record.getAttempt();
            epoch = record.getEpoch();
            nextSeq = 0;
        }
        return record.getSeq() > nextSeq ? new Gap(nextSeq, record.getSeq()) : accept(record);
    }

    private Accepted accept(InferenceResult record) {
        boolean begins = nextSeq == 0;
        boolean restarted = begins && contentSeen && !endsOnly(record);
        if (restarted) {
            contentSeen = false;
        }
        nextSeq = record.getSeq() + 1;
        contentSeen |= Content.in(record.getDeltas());
        ended = record.getTerminal() != null;
        return new Accepted(nextIndex++, record, restarted);
    }

    /** An end that leaves what was delivered before as the job's partial output. A completed execution without output does not. */
    private static boolean endsOnly(InferenceResult record) {
        return !Content.in(record.getDeltas())
                && record.getTerminal() != null
                && record.getTerminal().getStatus() != JobStatus.COMPLETED;
    }

    /** True once the job's end was accepted. */
    public boolean ended() {
        return ended;
    }

    /** True when content of the current execution was accepted. */
    public boolean contentSeen() {
        return contentSeen;
    }

    /** Index the next accepted record will get. */
    public long nextIndex() {
        return nextIndex;
    }
}

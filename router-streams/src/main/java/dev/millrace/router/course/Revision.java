package dev.millrace.router.course;

import dev.millrace.avro.JobState;

/**
 * The next version of a job's state. Pure.
 *
 * <p>The generated {@code JobState.newBuilder(job)} copies down to the last string of the request. Records are never changed once they are
 * built, so a revision shares what it does not replace.
 */
public final class Revision {
    private Revision() {}

    /** A builder that holds every member of {@code job}. */
    public static JobState.Builder of(JobState job) {
        return JobState.newBuilder()
                .setJobId(job.getJobId())
                .setAccount(job.getAccount())
                .setPhase(job.getPhase())
                .setRequest(job.getRequest())
                .setCorrelationId(job.getCorrelationId())
                .setIdempotencyKey(job.getIdempotencyKey())
                .setFingerprint(job.getFingerprint())
                .setHeaders(job.getHeaders())
                .setPlan(job.getPlan())
                .setTarget(job.getTarget())
                .setAttempt(job.getAttempt())
                .setLease(job.getLease())
                .setMaxAttempts(job.getMaxAttempts())
                .setHistory(job.getHistory())
                .setExecutions(job.getExecutions())
                .setCancelRequested(job.getCancelRequested())
                .setContentDelivered(job.getContentDelivered())
                .setLostSight(job.getLostSight())
                .setArrival(job.getArrival())
                .setAdmittedAtMillis(job.getAdmittedAtMillis())
                .setDeadlineAtMillis(job.getDeadlineAtMillis())
                .setDueAtMillis(job.getDueAtMillis())
                .setLane(job.getLane())
                .setPriority(job.getPriority())
                .setAnnounced(job.getAnnounced())
                .setAnnouncements(job.getAnnouncements())
                .setSettlement(job.getSettlement());
    }
}

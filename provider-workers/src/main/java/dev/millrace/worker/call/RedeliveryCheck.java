package dev.millrace.worker.call;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.worker.intake.Work;
import io.vertx.core.Context;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into the results log for orders that another worker may have begun.
 *
 * <p>A job that has its end already is not called again: the end is reported once more, because its first report may be lost. One without
 * an end runs with the higher epoch, and afterwards the end that readers accept is reported, which may be that of a worker that
 * came back from a pause. When readers have dropped what this execution wrote and accept no end yet, a later execution is at work, whose report
 * will decide; this one only says what it used.
 */
public final class RedeliveryCheck {
    private static final Logger LOG = LoggerFactory.getLogger(RedeliveryCheck.class);

    private final Function<InferenceDispatch, CompletableFuture<JobHistory>> log;
    private final String workerId;
    private final InstantSource clock;
    private final Runnable onFailure;

    /**
     * A check that asks {@code log}.
     *
     * @param onFailure called when the log cannot be read: the order is neither run nor done then, and the worker must stop
     */
    public RedeliveryCheck(LogCheck log, String workerId, InstantSource clock, Runnable onFailure) {
        this(log::read, workerId, clock, onFailure);
    }

    RedeliveryCheck(
            Function<InferenceDispatch, CompletableFuture<JobHistory>> log,
            String workerId,
            InstantSource clock,
            Runnable onFailure) {
        this.log = log;
        this.workerId = workerId;
        this.clock = clock;
        this.onFailure = onFailure;
    }

    /**
     * What the log holds of an order.
     *
     * @param outcome to be reported of a job that has ended; empty for one that has not
     * @param vendorJob what an earlier execution of the attempt left at the vendor; null when nothing is known
     */
    record Found(Optional<AttemptOutcome> outcome, @Nullable String vendorJob) {}

    /** Gives {@code then}, on {@code context}, what the log holds. */
    void check(Work work, Context context, Consumer<Found> then) {
        read(work, context, history -> {
            var end = history.end();
            var vendorJob = history.vendorJob(work.dispatch().getAttempt());
            then.accept(new Found(
                    end == null ? Optional.empty() : Optional.of(outcome(work, history, end, null)), vendorJob));
        });
    }

    /** Gives {@code then}, on {@code context}, the outcome of an execution with the end that readers accept. */
    void report(Work work, OutcomeDraft draft, Context context, Consumer<AttemptOutcome> then) {
        read(work, context, history -> {
            var end = history.end();
            if (end != null && !isOf(work, end)) {
                then.accept(outcome(work, history, end, draft));
            } else {
                var order = (AttemptOrder) work.dispatch().getOrder();
                var own = draft.outcome(work, order, workerId, true, clock.millis());
                then.accept(end == null && own.getTerminal() != null ? overtaken(own) : own);
            }
        });
    }

    /**
     * Gives {@code then} the report of the end that readers accept once this worker has written one for the router.
     *
     * @param own the report of the end that this worker wrote
     * @param then given nothing when readers accept no end, because what this worker wrote has been overtaken by a restart
     */
    void afterAnnouncement(
            Work work, Context context, Supplier<AttemptOutcome> own, Consumer<Optional<AttemptOutcome>> then) {
        read(work, context, history -> {
            var end = history.end();
            if (end == null) {
                then.accept(Optional.empty());
            } else {
                then.accept(Optional.of(isOf(work, end) ? own.get() : outcome(work, history, end, null)));
            }
        });
    }

    private static AttemptOutcome overtaken(AttemptOutcome outcome) {
        return AttemptOutcome.newBuilder(outcome)
                .setKind(OutcomeKind.UNKNOWN)
                .setTerminal(null)
                .setTerminalOffset(null)
                .build();
    }

    private static boolean isOf(Work work, JobHistory.Found end) {
        return end.epoch() == work.epoch() && end.attempt() == work.dispatch().getAttempt();
    }

    private void read(Work work, Context context, Consumer<JobHistory> then) {
        var _ = log.apply(work.dispatch()).whenComplete((history, failure) -> {
            if (failure == null) {
                context.runOnContext(_ -> then.accept(history));
            } else {
                LOG.atError()
                        .addKeyValue("jobId", work.dispatch().getJobId())
                        .setCause(failure)
                        .log("The results log cannot be read");
                onFailure.run();
            }
        });
    }

    /** The report of an end that another execution wrote; {@code own} is how this one's call ended, null when it made none. */
    private AttemptOutcome outcome(Work work, JobHistory history, JobHistory.Found end, @Nullable OutcomeDraft own) {
        // What this execution used is charged by the vendor whoever wrote the end, so its report must say what it was.
        var usage = own == null ? null : own.ending().usage();
        long now = clock.millis();
        var outcome = AttemptOutcome.newBuilder()
                .setJobId(work.dispatch().getJobId())
                .setAccount(work.dispatch().getAccount())
                .setAttempt(work.dispatch().getAttempt())
                .setEpoch(work.epoch())
                .setWorker(workerId)
                .setProvider("")
                .setModel("")
                .setKind(
                        own != null && usage != null
                                ? own.ending().kind()
                                : kind(end.terminal().getStatus()))
                .setError(end.terminal().getError())
                .setUsage(usage)
                .setContentDelivered(history.contentSeen())
                .setTerminal(end.terminal())
                .setTerminalOffset(end.offset())
                .setLogChecked(true)
                .setStartedAtMillis(now)
                .setEndedAtMillis(now);
        if (work.dispatch().getOrder() instanceof AttemptOrder order) {
            outcome.setProvider(order.getProvider()).setModel(order.getModel());
        }
        return outcome.build();
    }

    private static OutcomeKind kind(JobStatus status) {
        return switch (status) {
            case COMPLETED -> OutcomeKind.COMPLETED;
            case CANCELLED, ABORTED -> OutcomeKind.CANCELLED;
            case EXPIRED -> OutcomeKind.EXPIRED;
            case FAILED, INCOMPLETE, UNKNOWN -> OutcomeKind.ANNOUNCED;
        };
    }
}

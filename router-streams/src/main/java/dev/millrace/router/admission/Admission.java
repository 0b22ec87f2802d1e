package dev.millrace.router.admission;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.PlannedTarget;
import dev.millrace.avro.Terminal;
import dev.millrace.error.ErrorCode;
import dev.millrace.router.course.DeadlinePolicy;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides whether a request becomes a job. Pure: the same request at the same time always gets the same answer. */
public final class Admission {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final RequestRules rules;
    private final RoutePlan routes;
    private final DeadlinePolicy deadlines;
    private final int maxAttempts;

    public Admission(RequestRules rules, RoutePlan routes, DeadlinePolicy deadlines, int maxAttempts) {
        this.rules = rules;
        this.routes = routes;
        this.deadlines = deadlines;
        this.maxAttempts = maxAttempts;
    }

    public sealed interface Decision {
        JobState job();
    }

    /** The job may go, as soon as there is room for it. */
    public record Admitted(JobState job) implements Decision {}

    /** The job has an end before it began. */
    public record Rejected(JobState job, Terminal end) implements Decision {}

    /** Decides about a request whose account and job are certain and new. */
    public Decision decide(JobKey key, Submission.Legible submission, AccountPolicy account, long nowMillis) {
        var request = submission.request();
        if (account.suspended()) {
            var fault = new Fault(ErrorCode.PERMISSION_DENIED, "the account is suspended", "account");
            return rejected(key, submission, fault, nowMillis);
        }
        var fault = rules.check(request, submission.bytes()).or(() -> checkDeadline(request, nowMillis));
        if (fault.isPresent()) {
            return rejected(key, submission, fault.get(), nowMillis);
        }
        return switch (routes.plan(request)) {
            case RoutePlan.NoRoute(var noRoute) -> rejected(key, submission, noRoute, nowMillis);
            case RoutePlan.Planned(var targets) -> planned(key, submission, targets, nowMillis);
        };
    }

    /** A job that is named in an answer and is not kept. */
    public JobState bare(JobKey key, Submission.Legible submission, long nowMillis) {
        return begin(key, submission, nowMillis)
                .setCorrelationId(submission.request().getCorrelationId())
                .build();
    }

    /** The job of bytes that are not a request: known only by its end. */
    public Rejected unreadable(JobKey key, Submission.Illegible submission, long nowMillis) {
        var fault = new Fault(ErrorCode.UNDECODABLE_RECORD, "the record is " + submission.reason(), null);
        var job = begin(key, submission, nowMillis).build();
        return new Rejected(job, failed(fault));
    }

    /** The job of a request that does not say the truth about its account. */
    public Rejected untrusted(JobKey key, Submission.Legible submission, String reason, long nowMillis) {
        var fault = new Fault(ErrorCode.PERMISSION_DENIED, reason, "account");
        return new Rejected(begin(key, submission, nowMillis).build(), failed(fault));
    }

    private Optional<Fault> checkDeadline(InferenceRequest request, long nowMillis) {
        var deadline = request.getDeadlineAtMillis();
        return deadline == null || deadline <= nowMillis + deadlines.max().toMillis()
                ? Optional.empty()
                : Optional.of(Fault.invalid("deadlineAtMillis", "may be " + deadlines.max() + " ahead"));
    }

    private Decision planned(JobKey key, Submission.Legible submission, List<PlannedTarget> targets, long nowMillis) {
        var request = submission.request();
        var asked = request.getRouting().getMaxAttempts();
        var job = begin(key, submission, nowMillis)
                .setRequest(request)
                .setCorrelationId(request.getCorrelationId())
                .setIdempotencyKey(request.getIdempotencyKey())
                .setFingerprint(request.getIdempotencyKey() == null ? NONE : Fingerprint.of(request))
                .setPlan(targets)
                .setMaxAttempts(asked == null ? maxAttempts : Math.min(asked, maxAttempts))
                .setDeadlineAtMillis(deadlineMillis(submission, nowMillis))
                .setLane(request.getLane())
                .setPriority(request.getPriority())
                .build();
        if (job.getDeadlineAtMillis() <= nowMillis) {
            return new Rejected(job, expired("the deadline had passed when the request was read"));
        }
        return new Admitted(job);
    }

    private long deadlineMillis(Submission.Legible submission, long nowMillis) {
        var asked = submission.request().getDeadlineAtMillis();
        if (asked != null) {
            return asked;
        }
        long submittedAtMillis = submission.origin().timestampMillis();
        long fromMillis = submittedAtMillis > 0 ? Math.min(nowMillis, submittedAtMillis) : nowMillis;
        return fromMillis + deadlines.defaultOf(submission.request().getLane()).toMillis();
    }

    private Rejected rejected(JobKey key, Submission.Legible submission, Fault fault, long nowMillis) {
        var correlationId = submission.request().getCorrelationId();
        boolean keeps = correlationId != null && correlationId.length() <= RequestRules.MAX_KEY_CHARS;
        var job = begin(key, submission, nowMillis)
                .setCorrelationId(keeps ? correlationId : null)
                .build();
        return new Rejected(job, failed(fault));
    }

    private JobState.Builder begin(JobKey key, Submission submission, long nowMillis) {
        return JobState.newBuilder()
                .setJobId(key.job().value())
                .setAccount(key.account().value())
                .setPhase(JobPhase.NEW)
                .setFingerprint(NONE)
                .setHeaders(buffers(submission.headers()))
                .setArrival(submission.origin().offset())
                .setAdmittedAtMillis(nowMillis)
                .setDeadlineAtMillis(nowMillis);
    }

    private static Map<String, ByteBuffer> buffers(Map<String, byte[]> headers) {
        var buffers = new HashMap<String, ByteBuffer>();
        headers.forEach((name, value) -> buffers.put(name, ByteBuffer.wrap(value)));
        return buffers;
    }

    private static Terminal failed(Fault fault) {
        return Terminal.newBuilder()
                .setStatus(JobStatus.FAILED)
                .setError(fault.detail())
                .build();
    }

    private static Terminal expired(String message) {
        return Terminal.newBuilder()
                .setStatus(JobStatus.EXPIRED)
                .setError(ErrorCode.DEADLINE_EXCEEDED.detail(message))
                .build();
    }
}

package dev.millrace.router.admission;

import static dev.millrace.router.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Lane;
import dev.millrace.avro.Routing;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.router.Samples;
import dev.millrace.router.admission.Admission.Admitted;
import dev.millrace.router.admission.Admission.Decision;
import dev.millrace.router.admission.Admission.Rejected;
import dev.millrace.router.course.DeadlinePolicy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final long NOW = Duration.ofDays(1000).toMillis();
    private static final JobKey KEY = new JobKey(new AccountId("acme"), new JobId("job-1"));

    private final Admission admission = new Admission(
            new RequestRules(RequestLimits.DEFAULTS), new RoutePlan(Samples::catalogue), DeadlinePolicy.DEFAULTS, 3);

    @Test
    void admitsAGoodRequest() {
        // When
        var job = admitted(request("job-1")
                .setPriority(7)
                .setLane(Lane.BATCH)
                .setCorrelationId("c-1")
                .build());
        // Then
        assertThat(job.getPhase()).isEqualTo(JobPhase.NEW);
        assertThat(job.getAccount()).isEqualTo("acme");
        assertThat(job.getJobId()).isEqualTo("job-1");
        assertThat(job.getCorrelationId()).isEqualTo("c-1");
        assertThat(job.getPlan()).hasSize(1);
        assertThat(job.getPriority()).isEqualTo(7);
        assertThat(job.getLane()).isEqualTo(Lane.BATCH);
        assertThat(job.getArrival()).isEqualTo(5);
        assertThat(job.getAdmittedAtMillis()).isEqualTo(NOW);
        assertThat(job.getMaxAttempts()).isEqualTo(3);
        assertThat(job.getHeaders()).containsKey("traceparent");
    }

    @Test
    void givesEachLaneItsOwnTimeFromTheSubmit() {
        var interactive = admitted(request("job-1").build());
        var batch = admitted(request("job-1").setLane(Lane.BATCH).build());

        assertThat(interactive.getDeadlineAtMillis())
                .isEqualTo(NOW - 1000 + Duration.ofMinutes(10).toMillis());
        assertThat(batch.getDeadlineAtMillis())
                .isEqualTo(NOW - 1000 + Duration.ofHours(24).toMillis());
    }

    @Test
    void doesNotTrustATimeInTheFuture() {
        var origin = new Origin("inference-requests", 0, 5, NOW + 50_000, "acme");
        var submission = new Submission.Legible(request("job-1").build(), origin, Map.of(), 100);

        var decision = admission.decide(KEY, submission, AccountPolicy.DEFAULTS, NOW);

        assertThat(decision.job().getDeadlineAtMillis())
                .isEqualTo(NOW + Duration.ofMinutes(10).toMillis());
    }

    @Test
    void keepsADeadlineWithinBounds() {
        assertThat(admitted(request("job-1").setDeadlineAtMillis(NOW + 5).build())
                        .getDeadlineAtMillis())
                .isEqualTo(NOW + 5);
    }

    @Test
    void refusesADeadlineTooFarAhead() {
        var rejected =
                rejected(request("job-1").setDeadlineAtMillis(Long.MAX_VALUE).build());

        assertThat(rejected.end().getStatus()).isEqualTo(JobStatus.FAILED);
        assertThat(rejected.end().getError().getParam()).isEqualTo("deadlineAtMillis");
    }

    @Test
    void expiresWhatCameTooLate() {
        var rejected = rejected(request("job-1").setDeadlineAtMillis(NOW).build());

        assertThat(rejected.end().getStatus()).isEqualTo(JobStatus.EXPIRED);
        assertThat(rejected.end().getError().getCode()).isEqualTo("deadline_exceeded");
        assertThat(rejected.end().getCostNanos()).isZero();
    }

    @Test
    void failsWhatIsInvalid() {
        var rejected = rejected(request("job-1").setPriority(1000).build());

        assertThat(rejected.end().getStatus()).isEqualTo(JobStatus.FAILED);
        assertThat(rejected.end().getError().getParam()).isEqualTo("priority");
        assertThat(rejected.job().getRequest()).isNull();
    }

    @Test
    void failsWhatHasNoModel() {
        var rejected = rejected(request("job-1").setModel("nobody/nothing").build());

        assertThat(rejected.end().getError().getCode()).isEqualTo("model_not_found");
        assertThat(rejected.end().getError().getHttpStatus()).isEqualTo(404);
    }

    @Test
    void failsJobsOfASuspendedAccount() {
        var decision = admission.decide(KEY, legible(request("job-1").build()), new AccountPolicy(true, null), NOW);

        assertThat(((Rejected) decision).end().getError().getCode()).isEqualTo("permission_denied");
    }

    @Test
    void anOverlongCorrelationIdIsNotCarriedOn() {
        var rejected =
                rejected(request("job-1").setCorrelationId("x".repeat(300)).build());

        assertThat(rejected.job().getCorrelationId()).isNull();
    }

    @Test
    void aRequestMayAskForFewerAttemptsAndNotForMore() {
        var two = Routing.newBuilder().setMaxAttempts(2).build();
        var three = Routing.newBuilder().setMaxAttempts(3).build();
        var strict = new Admission(
                new RequestRules(RequestLimits.DEFAULTS),
                new RoutePlan(Samples::catalogue),
                DeadlinePolicy.DEFAULTS,
                1);

        assertThat(admitted(request("job-1").setRouting(two).build()).getMaxAttempts())
                .isEqualTo(2);
        assertThat(strict.decide(KEY, legible(request("job-1").setRouting(three).build()), AccountPolicy.DEFAULTS, NOW)
                        .job()
                        .getMaxAttempts())
                .isEqualTo(1);
    }

    @Test
    void theSameRequestAtTheSameTimeGetsTheSameAnswer() {
        var request = request("job-1").setIdempotencyKey("key").build();

        assertThat(decide(request)).isEqualTo(decide(request));
    }

    private JobState admitted(InferenceRequest request) {
        return ((Admitted) decide(request)).job();
    }

    private Rejected rejected(InferenceRequest request) {
        return (Rejected) decide(request);
    }

    private Decision decide(InferenceRequest request) {
        return admission.decide(KEY, legible(request), AccountPolicy.DEFAULTS, NOW);
    }

    private static Submission.Legible legible(InferenceRequest request) {
        var origin = new Origin("inference-requests", 0, 5, NOW - 1000, "acme");
        return new Submission.Legible(request, origin, Map.of("traceparent", new byte[] {1}), 100);
    }
}

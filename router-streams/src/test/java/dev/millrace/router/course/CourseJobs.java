package dev.millrace.router.course;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobState;
import dev.millrace.avro.PlannedTarget;
import dev.millrace.router.Samples;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** Jobs in every phase. */
public final class CourseJobs {
    public static final long NOW = 1_000_000;
    public static final long DEADLINE = NOW + 600_000;

    private CourseJobs() {}

    /** A job whose first attempt is in a worker's hands; its targets cost one, two, ... nano-dollars per token. */
    public static JobState.Builder dispatched(String... models) {
        return job(JobPhase.DISPATCHED, Samples.request("job-1").build(), models)
                .setAttempt(1);
    }

    public static JobState.Builder job(JobPhase phase, InferenceRequest request, String... models) {
        return JobState.newBuilder()
                .setJobId("job-1")
                .setAccount(Samples.ACCOUNT)
                .setPhase(phase)
                .setRequest(request)
                .setFingerprint(ByteBuffer.allocate(0))
                .setPlan(Arrays.stream(models).map(CourseJobs::target).toList())
                .setAdmittedAtMillis(NOW)
                .setDeadlineAtMillis(DEADLINE);
    }

    private static PlannedTarget target(String model) {
        long price = switch (model) {
            case Samples.ALPHA -> 1_000_000;
            case Samples.BETA -> 2_000_000;
            default -> 3_000_000;
        };
        return PlannedTarget.newBuilder()
                .setProvider(model.substring(0, model.indexOf('/')))
                .setModel(model)
                .setVendorModel("large")
                .setPool("default")
                .setPriceNanosPerMillion(Map.of("input", price, "output", price))
                .build();
    }
}

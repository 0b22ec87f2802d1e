package dev.millrace.router;

import static dev.millrace.router.Samples.BETA;
import static dev.millrace.router.Samples.GAMMA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Seeds;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.JobState;
import dev.millrace.avro.Lane;
import dev.millrace.router.store.Stores;
import dev.millrace.router.window.WindowPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random requests, reports, cancels, duplicates and time, against workers that lose nothing and may do anything else. Afterwards every
 * job has one end, nothing is outstanding, and the settlements follow one another without a gap.
 */
class RouterPropertyTest {
    private static final int STEPS = 150;
    private static final int JOBS = 25;

    static LongStream seeds() {
        return Seeds.fresh(Integer.getInteger("seeds", 20));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyJobGetsOneEndAndGivesItsPlaceBack(long seed) {
        var random = new Random(seed);
        try (var router = new RouterDriver(config -> RouterDriver.with(config, new WindowPolicy(3, 2, 50)))) {
            // Given
            var workers = new FakeWorkers(random);
            for (int step = 0; step < STEPS; step++) {
                disturb(router, random);
                workers.take(router.dispatches());
                workers.reports(random.nextInt(3)).forEach(router::report);
            }
            // When
            settleDown(router, workers);
            // Then
            var settlements = bySubmit(router.settlements());
            try (var jobs = router.<JobState>store(Stores.JOBS).all()) {
                jobs.forEachRemaining(entry -> {
                    var job = entry.value;
                    assertThat(job.getPhase()).as(entry.key).isEqualTo(JobPhase.ENDED);
                    assertThat(job.getAttempt()).as(entry.key).isLessThanOrEqualTo(3);
                    var revisions = settlements.getOrDefault(job.getJobId(), new TreeMap<>());
                    assertThat(revisions).as(entry.key).isNotEmpty();
                    assertThat(revisions.keySet())
                            .as(entry.key)
                            .containsExactlyElementsOf(
                                    IntStream.range(0, revisions.size()).boxed().toList());
                    assertThat(revisions.lastEntry().getValue().getStatus())
                            .as(entry.key)
                            .isEqualTo(workers.acceptedEnd(job.getJobId()));
                    assertThat(revisions.lastEntry().getValue().getCostNanos())
                            .as(entry.key)
                            .isEqualTo(workers.billedNanos(job.getJobId()));
                });
            }
            assertThat(workers.attempts().values()).allMatch(attempts -> attempts <= 3);
            assertNothingIsLeft(router);
        }
    }

    private static void disturb(RouterDriver router, Random random) {
        var jobId = "job-" + random.nextInt(JOBS);
        switch (random.nextInt(8)) {
            case 0, 1, 2, 3 -> router.submit(request(random, jobId));
            case 4 -> router.control(Samples.cancel(jobId));
            case 5 -> router.advance(Duration.ofMillis(random.nextInt(2000)));
            case 6 -> router.advance(Duration.ofSeconds(random.nextInt(40)));
            default -> router.submitBytes(Samples.ACCOUNT, new byte[] {1}, new RecordHeaders());
        }
    }

    private static InferenceRequest request(Random random, String jobId) {
        var request = Samples.request(jobId)
                .setPriority(random.nextInt(5) - 2)
                .setLane(random.nextBoolean() ? Lane.BATCH : Lane.INTERACTIVE)
                .setDelivery(Delivery.newBuilder()
                        .setAcceptRestart(random.nextBoolean())
                        .build());
        if (random.nextInt(10) == 0) {
            request.setModel("no/model");
        } else if (random.nextBoolean()) {
            request.setRouting(Samples.fallbacks(BETA, GAMMA));
        }
        if (random.nextInt(4) == 0) {
            request.setIdempotencyKey("key-" + random.nextInt(5));
        }
        return request.build();
    }

    /** No more disturbance; workers do their work until nobody has anything to do. */
    private static void settleDown(RouterDriver router, FakeWorkers workers) {
        int idle = 0;
        while (idle < 40) {
            workers.take(router.dispatches());
            var reports = workers.reports(100);
            reports.forEach(router::report);
            router.advance(Duration.ofSeconds(20));
            idle = reports.isEmpty() ? idle + 1 : 0;
        }
    }

    private static void assertNothingIsLeft(RouterDriver router) {
        var window = router.window();
        assertThat(window.getInteractiveOutstanding()).isZero();
        assertThat(window.getBatchOutstanding()).isZero();
        assertThat(window.getInteractiveHeld()).isZero();
        assertThat(window.getBatchHeld()).isZero();
        assertThat(window.getParked()).isZero();
        assertThat(router.size(Stores.HELD)).isZero();
        assertThat(router.size(Stores.PARKED)).isZero();
        assertThat(router.size(Stores.DUE)).isEqualTo(router.size(Stores.JOBS));
        router.advance(Duration.ofHours(25));
        assertThat(router.size(Stores.JOBS)).isZero();
        assertThat(router.size(Stores.DUE)).isZero();
        assertThat(router.size(Stores.IDEMPOTENCY)).isZero();
    }

    private static Map<String, NavigableMap<Integer, JobSettlement>> bySubmit(List<JobSettlement> settlements) {
        var byJob = new HashMap<String, NavigableMap<Integer, JobSettlement>>();
        for (var settlement : settlements) {
            var before = byJob.computeIfAbsent(settlement.getJobId(), _ -> new TreeMap<>())
                    .put(settlement.getRevision(), settlement);
            assertThat(before).as("revision " + settlement.getRevision()).isNull();
        }
        return byJob;
    }
}

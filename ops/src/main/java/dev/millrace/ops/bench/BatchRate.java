package dev.millrace.ops.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.BenchLimits;
import dev.millrace.ops.bench.arm.MillraceStack;
import dev.millrace.ops.bench.arm.Pause;
import dev.millrace.ops.bench.load.Workload;
import dev.millrace.ops.bench.report.Spread;
import dev.millrace.ops.client.ApiException;
import dev.millrace.ops.client.MillraceClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Jobs of the batch lane against what its slots could do if the vendor's latency were all there is: slots / latency.
 *
 * <p>Completions are counted at the vendor's invoice. With the ramp: from the first submit to the last completion. Without: between the
 * completion of the first full set of slots and the last.
 */
final class BatchRate {
    static final String STEADY = "batch.of-ideal";
    static final String WITH_RAMP = "batch.of-ideal.with-ramp";

    private static final int LATENCY_MILLIS = 2000;
    private static final int SUBMITTING = 32;
    private static final int LOOK_MILLIS = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Setting setting;
    private final MillraceStack stack;

    BatchRate(Setting setting, MillraceStack stack) {
        this.setting = setting;
        this.stack = stack;
    }

    void measure() {
        int slots = BenchLimits.DEFAULTS.batchSlots();
        int jobs = slots * setting.plan().batchWaves();
        var workload = Workload.whole(LATENCY_MILLIS);
        long doneBefore = completed(workload);
        long beganNanos = System.nanoTime();
        var refused = new AtomicInteger();
        var submitting = Thread.ofPlatform().daemon().name("bench-submit").start(() -> submit(workload, jobs, refused));
        var times = new TreeMap<Long, Long>();
        long giveUpNanos = beganNanos
                + TimeUnit.MILLISECONDS.toNanos(
                        3L * LATENCY_MILLIS * setting.plan().batchWaves() + 30_000);
        long done = 0;
        while (done + refused.get() < jobs && System.nanoTime() - giveUpNanos < 0) {
            done = completed(workload) - doneBefore;
            times.putIfAbsent(done, System.nanoTime());
            Pause.millis(LOOK_MILLIS);
        }
        submitting.interrupt();
        report(slots, jobs, beganNanos, times, refused.get());
    }

    private void report(int slots, int jobs, long beganNanos, NavigableMap<Long, Long> times, int refused) {
        var failed = new ArrayList<String>();
        if (times.lastKey() < jobs) {
            failed.add(jobs - times.lastKey() + " of " + jobs + " jobs did not complete in time, " + refused
                    + " were refused");
        }
        double perJobNanos = LATENCY_MILLIS * 1e6 / slots;
        long lastNanos = times.lastEntry().getValue();
        var first = times.ceilingEntry((long) slots);
        if (first != null && first.getValue() < lastNanos) {
            double ideal = (times.lastKey() - first.getKey()) * perJobNanos;
            add(STEADY, ideal / (lastNanos - first.getValue()), jobs, failed);
        }
        add(WITH_RAMP, times.lastKey() * perJobNanos / (lastNanos - beganNanos), jobs, failed);
    }

    private void add(String metric, double share, int jobs, List<String> failed) {
        setting.add(metric, stack.arm(), "%", Spread.single(100 * share), jobs, failed);
    }

    private long completed(Workload workload) {
        return setting.vendor()
                .invoice()
                .of(Arm.Kind.MILLRACE.word() + "/" + workload.model())
                .whole();
    }

    private void submit(Workload workload, int jobs, AtomicInteger refused) {
        var body = JSON.createObjectNode().put("model", stack.arm().target().modelPrefix() + workload.model());
        body.putArray("messages").addObject().put("role", "user").put("content", "one two three four");
        var permits = new Semaphore(SUBMITTING);
        try (var client = new MillraceClient(
                        stack.endpoints().http(), stack.endpoints().apiKey());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < jobs; i++) {
                permits.acquire();
                var _ = threads.submit(() -> {
                    try {
                        client.post("/v1/jobs", body, Map.of("millrace-lane", "batch"));
                    } catch (ApiException e) {
                        refused.incrementAndGet();
                    } finally {
                        permits.release();
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.millrace.worker;

import dev.millrace.worker.transport.Deadlines;
import java.time.Duration;
import java.util.Set;

/**
 * Limits of one provider worker.
 *
 * @param workerId names this worker in outcomes and logs; unique among the workers that run
 * @param pool whose orders it takes
 * @param maxInFlight calls at once, 1-20000; default 512
 * @param maxBatchInFlight of them at most so many of the batch lane; default 384
 * @param maxWaiting orders polled and not started, 1-100000; default 2048
 * @param commitInterval between two commits of progress; default 250 ms
 * @param drainTimeout how long running calls may go on once the worker stops; what is left is run by another worker; default 3 s
 * @param fenceAfter a process that stood still for so long gives up its calls and joins its group anew; must be shorter than the
 *     group's session time-out ({@code group.consumer.session.timeout.ms} of the broker); default 2.5 s
 * @param maxUnsentBytesPerCall a vendor is held back while so much of a call's output is not durable; default 256 KiB
 * @param maxUnsentBytes every vendor is held back while so much of all output is not durable; default 16 MiB
 * @param compression of what is produced: {@code none} (default, shortest path) or {@code lz4}
 * @param deadlines of the vendor calls
 */
public record WorkerConfig(
        String workerId,
        String pool,
        int maxInFlight,
        int maxBatchInFlight,
        int maxWaiting,
        Duration commitInterval,
        Duration drainTimeout,
        Duration fenceAfter,
        long maxUnsentBytesPerCall,
        long maxUnsentBytes,
        String compression,
        Deadlines deadlines) {
    public WorkerConfig {
        require(!workerId.isBlank(), "worker.id: must not be empty");
        require(
                1 <= maxInFlight && maxInFlight <= 20_000,
                "worker.max-in-flight: must be 1..20000, got " + maxInFlight);
        require(
                1 <= maxBatchInFlight && maxBatchInFlight <= maxInFlight,
                "worker.max-batch-in-flight: must be 1.." + maxInFlight + ", got " + maxBatchInFlight);
        require(1 <= maxWaiting && maxWaiting <= 100_000, "worker.max-waiting: must be 1..100000, got " + maxWaiting);
        require(commitInterval.isPositive(), "worker.commit-interval: must be positive, got " + commitInterval);
        require(!drainTimeout.isNegative(), "worker.drain-timeout: must not be negative, got " + drainTimeout);
        require(
                fenceAfter.compareTo(Duration.ofSeconds(1)) >= 0,
                "worker.fence-after: must be at least PT1S, got " + fenceAfter);
        require(maxUnsentBytesPerCall > 0, "worker.max-unsent-bytes-per-call: must be positive");
        require(maxUnsentBytes > 0, "worker.max-unsent-bytes: must be positive");
        require(
                Set.of("none", "lz4").contains(compression),
                "worker.compression: must be none or lz4, got '" + compression + "'");
    }

    /** Defaults for one worker of a pool. */
    public static WorkerConfig of(String workerId, String pool) {
        return new WorkerConfig(
                workerId,
                pool,
                512,
                384,
                2048,
                Duration.ofMillis(250),
                Duration.ofSeconds(3),
                Duration.ofMillis(2500),
                256 * 1024,
                16 * 1024 * 1024,
                "none",
                Deadlines.DEFAULTS);
    }

    /** The same with other deadlines. */
    public WorkerConfig with(Deadlines other) {
        return new WorkerConfig(
                workerId,
                pool,
                maxInFlight,
                maxBatchInFlight,
                maxWaiting,
                commitInterval,
                drainTimeout,
                fenceAfter,
                maxUnsentBytesPerCall,
                maxUnsentBytes,
                compression,
                other);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}

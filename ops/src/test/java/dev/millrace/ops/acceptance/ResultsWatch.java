package dev.millrace.ops.acceptance;

import dev.millrace.avro.InferenceResult;
import dev.millrace.job.AccountId;
import dev.millrace.job.ResultFold;
import dev.millrace.job.ResultFold.Accepted;
import dev.millrace.serde.AvroCodec.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Follows the results topic live and notes when each record that readers accept arrived. Thread-safe. */
final class ResultsWatch implements AutoCloseable {
    private final TopicDoor topics;
    private final Thread thread;
    private final Map<String, ResultFold> folds = new HashMap<>();
    private final Map<String, List<Arrival>> arrivals = new HashMap<>();
    private volatile boolean closed;

    ResultsWatch(TopicDoor topics) {
        this.topics = topics;
        this.thread = Thread.ofPlatform().name("results-watch").start(this::follow);
    }

    /** One accepted record; time is that of {@link System#nanoTime()}. */
    record Arrival(long atNanos, boolean content, boolean end) {}

    private void follow() {
        var codec = topics.codecs().codec(topics.topics().results());
        try (var consumer = topics.consumer(topics.topics().results().name())) {
            while (!closed) {
                for (var record : consumer.poll(Duration.ofMillis(50))) {
                    if (codec.decode(record.value()) instanceof Value<InferenceResult>(var result)) {
                        note(result);
                    }
                }
            }
        }
    }

    private synchronized void note(InferenceResult result) {
        var fold = folds.computeIfAbsent(result.getJobId(), id -> new ResultFold(new AccountId(result.getAccount())));
        if (fold.apply(result) instanceof Accepted step) {
            var arrival = new Arrival(
                    System.nanoTime(),
                    !step.record().getDeltas().isEmpty(),
                    step.record().getTerminal() != null);
            arrivals.computeIfAbsent(result.getJobId(), id -> new ArrayList<>()).add(arrival);
        }
    }

    /** Accepted records of a job so far. */
    synchronized int count(String jobId) {
        return arrivals.getOrDefault(jobId, List.of()).size();
    }

    /** True once the job's end was seen. */
    synchronized boolean ended(String jobId) {
        return arrivals.getOrDefault(jobId, List.of()).stream().anyMatch(Arrival::end);
    }

    /** From {@code sinceNanos} to the first content of the job after it; empty when none came. */
    synchronized OptionalLong untilContentNanos(String jobId, long sinceNanos) {
        return arrivals.getOrDefault(jobId, List.of()).stream()
                .filter(arrival -> arrival.atNanos() >= sinceNanos && arrival.content())
                .mapToLong(arrival -> arrival.atNanos() - sinceNanos)
                .findFirst();
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.millrace.ops.history;

import dev.millrace.avro.InferenceResult;
import dev.millrace.job.ResultFold.Accepted;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads the results topic from its beginning as it grows, and folds every job on it. Thread-safe. */
public final class ResultsFollower implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final TopicReader reader;
    private final Consumer<Accepted> eyes;
    private final Map<String, FoldedJob> jobs = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    /** @param eyes shown every record that counts, on the follower's thread */
    public ResultsFollower(TopicReader reader, Consumer<Accepted> eyes) {
        this.reader = reader;
        this.eyes = eyes;
        this.thread = Thread.ofPlatform().name("follow-results").daemon().start(this::follow);
    }

    private void follow() {
        var topic = reader.topics().results();
        var codec = reader.codecs().codec(topic);
        try (var consumer = reader.consumer(topic.name())) {
            while (!closed) {
                for (var record : consumer.poll(POLL)) {
                    switch (codec.decode(record.value())) {
                        case Value<InferenceResult>(var result) -> note(result);
                        case Undecodable<InferenceResult>(var reason) -> noteUndecodable(record.key(), reason);
                    }
                }
            }
        }
    }

    private void note(InferenceResult result) {
        if (apply(result) instanceof Accepted step) {
            eyes.accept(step);
        }
    }

    private synchronized Object apply(InferenceResult result) {
        return jobs.computeIfAbsent(result.getJobId(), id -> new FoldedJob(id, result.getAccount()))
                .add(result);
    }

    private synchronized void noteUndecodable(String key, String reason) {
        jobs.computeIfAbsent(key == null ? "" : key, id -> new FoldedJob(id, ""))
                .addUndecodable(reason);
    }

    /** Those of the jobs that have no end yet. */
    public synchronized List<String> withoutEnd(Collection<String> ids) {
        return ids.stream()
                .filter(id -> !jobs.containsKey(id) || !jobs.get(id).ended())
                .toList();
    }

    /** Those of the submits that have neither an end nor the answer that another job is theirs. */
    public synchronized List<String> unanswered(Collection<Submit> submits) {
        return submits.stream()
                .map(Submit::jobId)
                .filter(id -> !jobs.containsKey(id)
                        || !(jobs.get(id).ended() || jobs.get(id).onlyAnswers()))
                .toList();
    }

    /** All jobs so far; they must not be looked into while the follower runs. */
    public synchronized Map<String, FoldedJob> jobs() {
        return Map.copyOf(jobs);
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

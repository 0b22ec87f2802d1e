package dev.millrace.egress.log;

import dev.millrace.job.JobId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The feeds of this process by the record key of their job, so that a record nobody waits for costs one look-up. Thread-safe. */
final class Feeds {
    private final ConcurrentMap<ByteBuffer, List<JobFeed>> byKey = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    static ByteBuffer key(JobId id) {
        return ByteBuffer.wrap(id.value().getBytes(StandardCharsets.UTF_8));
    }

    void add(JobFeed feed) {
        byKey.merge(key(feed.order().id()), List.of(feed), (before, added) -> {
            var all = new ArrayList<>(before);
            all.addAll(added);
            return List.copyOf(all);
        });
        count.incrementAndGet();
    }

    /** Does nothing when the feed is not here. */
    void remove(JobFeed feed) {
        byKey.computeIfPresent(key(feed.order().id()), (_, before) -> {
            var rest = before.stream().filter(other -> other != feed).toList();
            if (rest.size() < before.size()) {
                count.decrementAndGet();
            }
            return rest.isEmpty() ? null : rest;
        });
    }

    List<JobFeed> of(byte[] key) {
        return byKey.getOrDefault(ByteBuffer.wrap(key), List.of());
    }

    List<JobFeed> all() {
        return byKey.values().stream().flatMap(List::stream).toList();
    }

    int count() {
        return count.get();
    }
}

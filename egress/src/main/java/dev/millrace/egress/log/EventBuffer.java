package dev.millrace.egress.log;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Events that wait for one client, bounded by number and by encoded size. Not thread-safe. */
final class EventBuffer {
    private static final int OVERHEAD_BYTES = 256;

    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private final int maxEvents;
    private final long maxBytes;
    private long bytes;

    EventBuffer(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    private record Held(JobEvent event, int bytes) {}

    /** Whether nothing more should be added. One event always fits, however large. */
    boolean full() {
        return held.size() >= maxEvents || bytes >= maxBytes;
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    void add(JobEvent event, int sizeBytes) {
        var entry = new Held(event, sizeBytes + OVERHEAD_BYTES);
        held.add(entry);
        bytes += entry.bytes();
    }

    @Nullable
    JobEvent poll() {
        var entry = held.poll();
        if (entry == null) {
            return null;
        }
        bytes -= entry.bytes();
        return entry.event();
    }

    void clear() {
        held.clear();
        bytes = 0;
    }
}

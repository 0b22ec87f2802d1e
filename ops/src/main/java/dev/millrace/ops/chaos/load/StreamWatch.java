package dev.millrace.ops.chaos.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long readers of running streams wait for their next chunk after something happened, and new jobs for their first. Thread-safe.
 *
 * <p>A reader counts when it had content before and had not reached the end; its wait is what it sees itself, a resume on another replica
 * included.
 */
public final class StreamWatch {
    private final Map<String, Long> openSinceNanos = new HashMap<>();
    private final List<Wait> running = new ArrayList<>();

    /** What happened, and who waits since then. */
    private static final class Wait {
        private final String cause;
        private final long sinceNanos;
        private final Map<String, Long> streams;
        private long longestNanos;

        Wait(String cause, long sinceNanos, Map<String, Long> streams) {
            this.cause = cause;
            this.sinceNanos = sinceNanos;
            this.streams = streams;
        }
    }

    /**
     * Waits after one kind of thing.
     *
     * @param times how often it happened while streams ran
     * @param p50Millis median over those times of the longest wait of any stream
     * @param unanswered streams that never went on
     */
    public record Figures(int times, long p50Millis, long maxMillis, int unanswered) {}

    /** A stream has content and goes on. */
    synchronized void content(String stream) {
        long nowNanos = System.nanoTime();
        openSinceNanos.putIfAbsent(stream, nowNanos);
        settle(stream, nowNanos);
    }

    /** A stream is at its end. */
    public synchronized void ended(String stream) {
        openSinceNanos.remove(stream);
        settle(stream, System.nanoTime());
    }

    /** Nobody reads the stream any more. */
    synchronized void left(String stream) {
        openSinceNanos.remove(stream);
        running.forEach(wait -> wait.streams.remove(stream));
    }

    private void settle(String stream, long nowNanos) {
        for (var wait : running) {
            if (wait.streams.remove(stream) != null) {
                wait.longestNanos = Math.max(wait.longestNanos, nowNanos - wait.sinceNanos);
            }
        }
    }

    /** Something happened: every open stream waits from now on. */
    public synchronized void happened(String cause, long atNanos) {
        running.add(new Wait(cause, atNanos, new HashMap<>(openSinceNanos)));
    }

    /** New jobs were submitted because of it; each must be told of with {@link #content}. */
    public synchronized void begun(String cause, long atNanos, List<String> streams) {
        var waiting = new HashMap<String, Long>();
        streams.forEach(stream -> waiting.put(stream, atNanos));
        running.add(new Wait(cause, atNanos, waiting));
    }

    /** By cause. */
    public synchronized Map<String, Figures> figures() {
        var byCause = new TreeMap<String, List<Wait>>();
        running.forEach(wait ->
                byCause.computeIfAbsent(wait.cause, _ -> new ArrayList<>()).add(wait));
        var figures = new TreeMap<String, Figures>();
        byCause.forEach((cause, waits) -> figures.put(cause, figures(waits)));
        return figures;
    }

    private static Figures figures(List<Wait> waits) {
        var longest = waits.stream()
                .filter(wait -> wait.longestNanos > 0)
                .mapToLong(wait -> wait.longestNanos / 1_000_000)
                .sorted()
                .toArray();
        int unanswered = waits.stream().mapToInt(wait -> wait.streams.size()).sum();
        return longest.length == 0
                ? new Figures(0, 0, 0, unanswered)
                : new Figures(longest.length, longest[longest.length / 2], longest[longest.length - 1], unanswered);
    }
}

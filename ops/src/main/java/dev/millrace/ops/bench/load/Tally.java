package dev.millrace.ops.bench.load;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What calls came to. Written by one thread; read once all calls have ended.
 *
 * <p>Times are nanoseconds from the intended moment of sending.
 */
public final class Tally {
    private static final long HIGHEST_NANOS = 600_000_000_000L;

    private final Histogram first = new Histogram(HIGHEST_NANOS, 3);
    private final Histogram total = new Histogram(HIGHEST_NANOS, 3);
    private final Histogram gaps = new Histogram(HIGHEST_NANOS, 3);
    private final Map<String, Integer> failures = new TreeMap<>();
    private final long stallNanos;
    private long sent;
    private long completed;
    private long pieces;
    private long stalled;
    private long buffered;
    private long open;
    private long mostOpen;
    private long beganNanos = Long.MAX_VALUE;
    private long endedNanos = Long.MIN_VALUE;

    /** Counts no stalls. */
    public Tally() {
        this(Long.MAX_VALUE);
    }

    /** @param stallNanos a wait for the first or the next content that is longer is a stall */
    public Tally(long stallNanos) {
        this.stallNanos = stallNanos;
    }

    void begun(long nowNanos) {
        sent++;
        open++;
        mostOpen = Math.max(mostOpen, open);
        beganNanos = Math.min(beganNanos, nowNanos);
    }

    void first(long nanos) {
        first.recordValue(bounded(nanos));
        stalled += nanos > stallNanos ? 1 : 0;
    }

    void gap(long nanos) {
        gaps.recordValue(bounded(nanos));
        stalled += nanos > stallNanos ? 1 : 0;
    }

    void pieces(int count) {
        pieces += count;
    }

    void cameAtOnce() {
        buffered++;
    }

    void completed(long totalNanos, long nowNanos) {
        total.recordValue(bounded(totalNanos));
        completed++;
        ended(nowNanos);
    }

    void failed(String reason, long nowNanos) {
        failures.merge(reason, 1, Integer::sum);
        ended(nowNanos);
    }

    private void ended(long nowNanos) {
        open--;
        endedNanos = Math.max(endedNanos, nowNanos);
    }

    private static long bounded(long nanos) {
        return Math.clamp(nanos, 0, HIGHEST_NANOS);
    }

    /** Adds what another tally counted. */
    public void add(Tally other) {
        first.add(other.first);
        total.add(other.total);
        gaps.add(other.gaps);
        other.failures.forEach((reason, count) -> failures.merge(reason, count, Integer::sum));
        sent += other.sent;
        completed += other.completed;
        pieces += other.pieces;
        stalled += other.stalled;
        buffered += other.buffered;
        mostOpen = Math.max(mostOpen, other.mostOpen);
        beganNanos = Math.min(beganNanos, other.beganNanos);
        endedNanos = Math.max(endedNanos, other.endedNanos);
    }

    public Histogram first() {
        return first;
    }

    public Histogram total() {
        return total;
    }

    /** What a client of such calls waits for: the first content of a stream, the end of a whole reply. */
    public Histogram answered(Workload workload) {
        return workload.streaming() ? first : total;
    }

    /** Between two arrivals of content of one stream. */
    public Histogram gaps() {
        return gaps;
    }

    /** How often a call failed, by the reason. */
    public Map<String, Integer> failures() {
        return failures;
    }

    public long sent() {
        return sent;
    }

    public long completed() {
        return completed;
    }

    /** Chunks with content. */
    public long pieces() {
        return pieces;
    }

    /** Waits for content that were too long. */
    public long stalled() {
        return stalled;
    }

    /** Paced streams that did not arrive at their pace but all at once. */
    public long buffered() {
        return buffered;
    }

    public long mostOpen() {
        return mostOpen;
    }

    /** From the first call that went out to the last that ended. */
    public double seconds() {
        return completed == 0 && failures.isEmpty() ? 0 : (endedNanos - beganNanos) / 1e9;
    }
}

package dev.millrace.worker.call;

/**
 * Whether this worker may still speak for its group: false from the moment the process stood still for longer than the group waits,
 * until it has joined anew.
 *
 * <p>A process that was stopped and goes on does not know that others have taken its partitions. Its own clock tells: a ticker that missed
 * its beat means nobody here was alive for that long. Until the membership is renewed no call starts and no terminal is written.
 * Thread-safe.
 */
public final class Membership {
    private final long toleranceNanos;
    private volatile long lastTickNanos;
    private volatile boolean stale;
    private volatile boolean ended;

    /**
     * A fresh membership.
     *
     * @param toleranceMillis shorter than the group's session time-out
     */
    public Membership(long toleranceMillis, long nowNanos) {
        this.toleranceNanos = toleranceMillis * 1_000_000;
        this.lastTickNanos = nowNanos;
    }

    /** The regular sign of life; finds out whether there was a gap since the last one. */
    public void tick(long nowNanos) {
        if (nowNanos - lastTickNanos > toleranceNanos) {
            stale = true;
        }
        lastTickNanos = nowNanos;
    }

    /** Whether this worker may have been replaced. */
    public boolean stale(long nowNanos) {
        return ended || stale || nowNanos - lastTickNanos > toleranceNanos;
    }

    /** This worker has failed and must not write any more. */
    public void end() {
        ended = true;
    }

    /** Whether this worker has failed. */
    public boolean ended() {
        return ended;
    }

    /** The group has taken this worker in anew. */
    public void renewed(long nowNanos) {
        lastTickNanos = nowNanos;
        stale = false;
    }
}

package dev.millrace.worker.transport;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether a call is late. Pure: told what happened when, asked what is overdue and when to ask again.
 *
 * <p>While we hold the vendor back ({@link #paused}) its silence is not its fault: the time is not counted, except towards the {@link Allowance}.
 * All times are nanoseconds of one monotonic clock.
 */
public final class CallClock {
    private static final long MILLI = 1_000_000;

    private enum Phase {
        CONNECTING,
        WAITING_FOR_HEAD,
        WAITING_FOR_TOKEN,
        READING
    }

    private final Deadlines deadlines;
    private final boolean streaming;
    private final long attemptEndNanos;
    private final long totalEndNanos;
    private Phase phase = Phase.CONNECTING;
    private long phaseStartNanos;
    private long progressAtNanos;
    private long progressBytes;
    private long windowStartNanos;
    private long windowStartBytes;
    private long pausedAtNanos = -1;

    public CallClock(Deadlines deadlines, boolean streaming, Allowance allowance, long nowNanos) {
        this.deadlines = deadlines;
        this.streaming = streaming;
        this.attemptEndNanos = nowNanos + nanos(allowance.attemptMillis());
        this.totalEndNanos = nowNanos + nanos(allowance.jobMillis());
        this.phaseStartNanos = nowNanos;
    }

    private static long nanos(long millis) {
        return Math.min(millis, Long.MAX_VALUE / MILLI / 4) * MILLI;
    }

    public void connected(long nowNanos) {
        enter(Phase.WAITING_FOR_HEAD, nowNanos);
    }

    public void head(long nowNanos) {
        if (streaming) {
            phase = Phase.WAITING_FOR_TOKEN;
        } else {
            read(nowNanos);
        }
    }

    /** The first content was decoded. */
    public void token(long nowNanos) {
        if (phase == Phase.WAITING_FOR_TOKEN) {
            read(nowNanos);
        }
    }

    /** Bytes that carried something, in sum. */
    public void progress(long nowNanos, long bytes) {
        if (bytes > progressBytes) {
            progressBytes = bytes;
            progressAtNanos = nowNanos;
        }
    }

    public void paused(long nowNanos) {
        pausedAtNanos = nowNanos;
    }

    public void resumed(long nowNanos) {
        if (pausedAtNanos >= 0) {
            long held = nowNanos - pausedAtNanos;
            phaseStartNanos += held;
            progressAtNanos += held;
            windowStartNanos += held;
            pausedAtNanos = -1;
        }
    }

    private void enter(Phase next, long nowNanos) {
        phase = next;
        phaseStartNanos = nowNanos;
    }

    private void read(long nowNanos) {
        enter(Phase.READING, nowNanos);
        progressAtNanos = nowNanos;
        windowStartNanos = nowNanos;
        windowStartBytes = progressBytes;
    }

    /** The deadline that has passed; null when none has. */
    public @Nullable Overrun check(long nowNanos) {
        if (nowNanos - totalEndNanos >= 0) {
            return Overrun.TOTAL;
        }
        if (nowNanos - attemptEndNanos >= 0) {
            return Overrun.ATTEMPT;
        }
        if (pausedAtNanos >= 0) {
            return null;
        }
        return switch (phase) {
            case CONNECTING -> late(nowNanos, phaseStartNanos, deadlines.connectMillis(), Overrun.CONNECT);
            case WAITING_FOR_HEAD -> late(nowNanos, phaseStartNanos, headMillis(), Overrun.FIRST_BYTE);
            case WAITING_FOR_TOKEN ->
                late(nowNanos, phaseStartNanos, deadlines.firstTokenMillis(), Overrun.FIRST_TOKEN);
            case READING -> checkReading(nowNanos);
        };
    }

    private @Nullable Overrun checkReading(long nowNanos) {
        var silent = late(nowNanos, progressAtNanos, deadlines.betweenEventsMillis(), Overrun.BETWEEN_EVENTS);
        if (silent != null || nowNanos - windowStartNanos < deadlines.rateWindowMillis() * MILLI) {
            return silent;
        }
        boolean trickles = progressBytes - windowStartBytes < deadlines.minBytesPerWindow();
        windowStartNanos = nowNanos;
        windowStartBytes = progressBytes;
        return trickles ? Overrun.RATE : null;
    }

    /** Nanoseconds until the next check can find something, at least one millisecond. */
    public long nextCheckNanos(long nowNanos) {
        long next = Math.min(totalEndNanos - nowNanos, attemptEndNanos - nowNanos);
        if (pausedAtNanos < 0) {
            next = Math.min(
                    next,
                    switch (phase) {
                        case CONNECTING -> phaseStartNanos + deadlines.connectMillis() * MILLI - nowNanos;
                        case WAITING_FOR_HEAD -> phaseStartNanos + headMillis() * MILLI - nowNanos;
                        case WAITING_FOR_TOKEN -> phaseStartNanos + deadlines.firstTokenMillis() * MILLI - nowNanos;
                        case READING ->
                            Math.min(
                                            progressAtNanos + deadlines.betweenEventsMillis() * MILLI,
                                            windowStartNanos + deadlines.rateWindowMillis() * MILLI)
                                    - nowNanos;
                    });
        } else {
            next = Math.min(next, deadlines.betweenEventsMillis() * MILLI);
        }
        return Math.max(MILLI, next);
    }

    private long headMillis() {
        return streaming ? deadlines.firstByteMillis() : deadlines.wholeReplyMillis();
    }

    private static @Nullable Overrun late(long nowNanos, long sinceNanos, long limitMillis, Overrun overrun) {
        return nowNanos - sinceNanos >= limitMillis * MILLI ? overrun : null;
    }
}

package dev.millrace.router.course;

import dev.millrace.avro.Lane;
import java.time.Duration;

/**
 * How long a job may take, and how long it is remembered.
 *
 * @param interactive from submit to end when the submitter says nothing; default 10 min
 * @param batch the same for the batch lane; default 24 h
 * @param max what a submitter may ask for; default 7 days
 * @param grace after the deadline before the router stops waiting for a running attempt's own report; default 30 s
 * @param announceAgain wait before an announced end whose report never came is sent again; doubles up to one hour; default 1 min
 * @param keepEnded how long ended jobs and idempotency keys are kept, at least 24 h; default 24 h
 * @param keepParked how long reports about unknown jobs are kept; default 10 min
 */
public record DeadlinePolicy(
        Duration interactive,
        Duration batch,
        Duration max,
        Duration grace,
        Duration announceAgain,
        Duration keepEnded,
        Duration keepParked) {
    private static final Duration LEAST_KEPT = Duration.ofHours(24);
    private static final Duration LONGEST_ANNOUNCE_WAIT = Duration.ofHours(1);

    public static final DeadlinePolicy DEFAULTS = new DeadlinePolicy(
            Duration.ofMinutes(10),
            Duration.ofHours(24),
            Duration.ofDays(7),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofHours(24),
            Duration.ofMinutes(10));

    public DeadlinePolicy {
        requirePositive("deadlines.interactive", interactive);
        requirePositive("deadlines.batch", batch);
        requirePositive("deadlines.max", max);
        requirePositive("deadlines.grace", grace);
        requirePositive("deadlines.announce-again", announceAgain);
        requirePositive("deadlines.keep-parked", keepParked);
        if (keepEnded.compareTo(LEAST_KEPT) < 0) {
            throw new IllegalArgumentException("deadlines.keep-ended: must be at least PT24H, got " + keepEnded);
        }
        if (interactive.compareTo(max) > 0 || batch.compareTo(max) > 0) {
            throw new IllegalArgumentException("deadlines.max: must not be less than the defaults, got " + max);
        }
    }

    /** Time allowed when the submitter says nothing. */
    public Duration defaultOf(Lane lane) {
        return switch (lane) {
            case INTERACTIVE -> interactive;
            case BATCH -> batch;
        };
    }

    /** Wait for the report of an announcement that was sent {@code times} times. */
    public long announceAgainMillis(int times) {
        long wait = announceAgain.toMillis() << Math.clamp(times - 1, 0, 20);
        return Math.min(wait, Math.max(LONGEST_ANNOUNCE_WAIT.toMillis(), announceAgain.toMillis()));
    }

    private static void requirePositive(String path, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(path + ": must be positive, got " + value);
        }
    }
}

package dev.millrace.router.processor;

import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Rings once, when the first due time of a task has come, and is silent until it is set again. A punctuation that recurs would not be:
 * Kafka Streams takes each one for work done and commits a transaction for it, so that a router without jobs would commit for ever.
 *
 * <p>Shared by the processors of a task, and used by the task's thread alone.
 */
final class Alarm {
    private static final long UNSET = Long.MAX_VALUE;

    private final long shortestMillis;
    private @Nullable ProcessorContext<?, ?> context;
    private @Nullable Listener listener;
    private @Nullable Cancellable punctuation;
    private long setForMillis = UNSET;

    /** Who is woken. */
    interface Listener {
        /**
         * The time has come.
         *
         * @param setForMillis the earliest time that it was set for, 0 after {@link #attach}; later than {@code nowMillis} only when the clock
         *     was put back
         */
        void ring(long setForMillis, long nowMillis);
    }

    /**
     * An alarm that belongs to no task yet.
     *
     * @param shortest time from setting to ringing; several due times within it ring once
     */
    Alarm(Duration shortest) {
        this.shortestMillis = Math.max(1, shortest.toMillis());
    }

    /** Forgets what an earlier owner of the task had set, and rings soon: what the stores hold is not known yet. */
    void attach(ProcessorContext<?, ?> newContext, Listener newListener) {
        if (punctuation != null) {
            // a task that was corrupted is revived with what it had scheduled
            punctuation.cancel();
            punctuation = null;
        }
        context = newContext;
        listener = newListener;
        setForMillis = UNSET;
        ringBy(0);
    }

    /** Rings at {@code millis} of the epoch or soon after, or as soon as can be if that is past; keeps an earlier time that is set. */
    void ringBy(long millis) {
        if (context == null || millis >= setForMillis) {
            return;
        }
        if (punctuation != null) {
            punctuation.cancel();
        }
        setForMillis = millis;
        long waitMillis = Math.max(shortestMillis, millis - context.currentSystemTimeMs());
        punctuation = context.schedule(Duration.ofMillis(waitMillis), PunctuationType.WALL_CLOCK_TIME, this::ring);
    }

    private void ring(long nowMillis) {
        if (punctuation != null) {
            punctuation.cancel();
            punctuation = null;
        }
        long wasSetForMillis = setForMillis;
        setForMillis = UNSET;
        if (listener != null) {
            listener.ring(wasSetForMillis, nowMillis);
        }
    }
}

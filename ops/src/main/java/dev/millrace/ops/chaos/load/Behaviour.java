package dev.millrace.ops.chaos.load;

import java.util.SplittableRandom;

/** How a client calls, and what it does then. */
public enum Behaviour {
    /** A whole answer. */
    CHAT(14),
    /** A streamed answer, read to its end. */
    CHAT_STREAM(16),
    /** A streamed answer whose reader leaves in the middle and never comes back. */
    CHAT_VANISH(2),
    /** A job, whose events are read to the end, on another replica whenever a connection breaks. */
    JOB(5),
    /** A job in the batch lane that nobody waits for. */
    JOB_BATCH(12),
    /** The same submit with the same idempotency key at two doors at once. */
    JOB_TWICE(3),
    /** A record on the topic. */
    TOPIC(45),
    /** A long paced stream, read to its end whatever happens. */
    LONG(1),
    /** The same, with readers who break off by themselves and go on at another door. */
    LONG_MOVES(1),
    /** The same, with a reader who never comes back. */
    LONG_VANISH(1);

    private static final int ALL = 100;

    private final int share;

    Behaviour(int share) {
        this.share = share;
    }

    /** One of them, each as often as its share says. */
    static Behaviour draw(SplittableRandom random) {
        int at = random.nextInt(ALL);
        for (var behaviour : values()) {
            at -= behaviour.share;
            if (at < 0) {
                return behaviour;
            }
        }
        return CHAT;
    }

    boolean isLong() {
        return this == LONG || this == LONG_MOVES || this == LONG_VANISH;
    }
}

package dev.millrace.router.window;

import dev.millrace.avro.Lane;
import org.jspecify.annotations.Nullable;

/**
 * How many jobs an account may have dispatched at once, so that dispatch topics stay shallow and one tenant does not stand in front
 * of the others.
 *
 * @param interactive outstanding jobs per account, 1-100000; default 256
 * @param batch the same for the batch lane; default 64
 * @param maxHeld jobs per account and lane that may wait, 0-10000000; default 100000; beyond it a submit is refused
 */
public record WindowPolicy(int interactive, int batch, int maxHeld) {
    public static final WindowPolicy DEFAULTS = new WindowPolicy(256, 64, 100_000);

    /** The limits of one account and lane. */
    public record Limit(int maxOutstanding, int maxHeld) {}

    public WindowPolicy {
        requireRange("windows.interactive", interactive, 1, 100_000);
        requireRange("windows.batch", batch, 1, 100_000);
        requireRange("windows.max-held", maxHeld, 0, 10_000_000);
    }

    /**
     * The limit that counts for an account.
     *
     * @param ofAccount the account's own figure for each lane, or null; less than 1 counts as 1
     */
    public Limit limit(Lane lane, @Nullable Integer ofAccount) {
        int ofLane = switch (lane) {
            case INTERACTIVE -> interactive;
            case BATCH -> batch;
        };
        return new Limit(ofAccount == null ? ofLane : Math.max(1, ofAccount), maxHeld);
    }

    private static void requireRange(String path, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(path + ": must be " + min + ".." + max + ", got " + value);
        }
    }
}

package dev.millrace.router.window;

/**
 * Jobs of one account and lane: those in the workers' hands, and those that wait for room.
 *
 * @param outstanding dispatched and without an outcome
 * @param held admitted and waiting
 */
public record Window(int outstanding, int held) {
    public static final Window EMPTY = new Window(0, 0);

    public Window {
        if (outstanding < 0 || held < 0) {
            throw new IllegalArgumentException(
                    "window: counts must not be negative, got " + outstanding + " and " + held);
        }
    }

    /** What becomes of a job that is ready to go. */
    public enum Room {
        DISPATCH,
        HOLD,
        /** As many are held as may be. */
        FULL
    }

    /** Whether one more job may go. Nobody overtakes those who already wait. */
    public Room roomForNew(WindowPolicy.Limit limit) {
        if (outstanding < limit.maxOutstanding() && held == 0) {
            return Room.DISPATCH;
        }
        return held < limit.maxHeld() ? Room.HOLD : Room.FULL;
    }

    /** How many of the held may go now. */
    public int releasable(WindowPolicy.Limit limit) {
        return Math.max(0, Math.min(held, limit.maxOutstanding() - outstanding));
    }

    public Window dispatched() {
        return new Window(outstanding + 1, held);
    }

    public Window returned() {
        return new Window(outstanding - 1, held);
    }

    public Window entered() {
        return new Window(outstanding, held + 1);
    }

    public Window left() {
        return new Window(outstanding, held - 1);
    }
}

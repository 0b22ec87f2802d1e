package dev.millrace.job;

import dev.millrace.avro.InferenceResult;

/**
 * Numbers of the ends that the router decides. They stand where the number of an attempt stands, above every attempt there can be: an attempt that
 * was ordered by an aborted transaction, and that the router therefore does not know, may have written records, and readers would take an end
 * of the same number for a repetition of those.
 */
public final class AnnouncedEnd {
    private static final int FIRST = 100;

    private AnnouncedEnd() {}

    /**
     * The number of an end.
     *
     * @param attemptsMade before it, as far as the router knows; 0-99
     */
    public static int number(int attemptsMade) {
        return FIRST + attemptsMade;
    }

    /** How many attempts had been made, as far as the writer of a record knew: those before an announced end, else its own and those before. */
    public static int attemptsMade(InferenceResult record) {
        return record.getAttempt() >= FIRST ? record.getAttempt() - FIRST : record.getAttempt();
    }
}

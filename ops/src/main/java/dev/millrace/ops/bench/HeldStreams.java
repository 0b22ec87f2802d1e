package dev.millrace.ops.bench;

import java.util.List;

/**
 * How many streams were held open.
 *
 * @param most largest number that was held; 0: not even the smallest that was tried
 * @param broke smallest number that was not held; 0: all that were tried were
 * @param why what went wrong with that number
 */
record HeldStreams(int most, int broke, String why) {
    /** The largest number that was tried. */
    int tried() {
        return Math.max(most, broke);
    }

    /**
     * Whether it may be more than {@link #most}: nothing was too much, or what was is also too much without an arm in between.
     *
     * @param possible what vendor and client hold without an arm
     */
    boolean atLeast(int possible) {
        return broke == 0 || broke > possible;
    }

    /** Which gates did not hold: a number must have been found. */
    List<String> failed() {
        return most > 0 ? List.of() : List.of("not even " + broke + " streams were held: " + why);
    }
}

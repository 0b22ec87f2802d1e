package dev.millrace.ops.history;

/**
 * A promise that was broken.
 *
 * @param job whose; empty when it is nobody's in particular
 */
public record Violation(Promise promise, String job, String what) {
    @Override
    public String toString() {
        return promise.text() + ": " + job + " " + what;
    }
}

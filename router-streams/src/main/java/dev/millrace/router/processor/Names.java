package dev.millrace.router.processor;

/** Names of the sinks that processors forward to. */
public final class Names {
    public static final String DISPATCHES = "dispatches";
    public static final String SETTLEMENTS = "settlements";
    public static final String DEAD_LETTERS = "dead-letters";
    public static final String FOLLOW_OUTCOME = "follow-outcome";

    private Names() {}
}

package dev.millrace.egress.access;

import java.util.Optional;

/** What a key may be allowed to do. No scope contains another. */
public enum Scope {
    /** Submit jobs and list models. */
    INFERENCE("inference"),
    JOBS_READ("jobs:read"),
    JOBS_CANCEL("jobs:cancel"),
    CREDITS_READ("credits:read"),
    ADMIN("admin");

    private final String text;

    Scope(String text) {
        this.text = text;
    }

    /** The word in key records and error messages. */
    public String text() {
        return text;
    }

    /** The scope of a word in a key record; empty for one this version does not know. */
    public static Optional<Scope> ofText(String text) {
        for (var scope : values()) {
            if (scope.text.equals(text)) {
                return Optional.of(scope);
            }
        }
        return Optional.empty();
    }
}

package dev.millrace.job;

import java.util.regex.Pattern;

/**
 * The tenant a job belongs to and the key of every topic that the router owns.
 *
 * @param value 1 to 64 characters: a lower-case letter or digit, then letters, digits, {@code . _ -}
 */
public record AccountId(String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    public AccountId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "account: must match " + FORM + ", got " + value.length() + " characters");
        }
    }

    /** Whether {@code value} could be an account, without the exception. */
    public static boolean isValid(String value) {
        return FORM.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}

package dev.millrace.egress.jobs;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Numbers from outside. */
final class Numbers {
    private static final Pattern FORM = Pattern.compile("-?[0-9]{1,15}");

    private Numbers() {}

    /** A decimal number within the range; empty for anything else. */
    static OptionalLong read(String text, long min, long max) {
        if (!FORM.matcher(text).matches()) {
            return OptionalLong.empty();
        }
        long value = Long.parseLong(text);
        return min <= value && value <= max ? OptionalLong.of(value) : OptionalLong.empty();
    }
}

package dev.millrace.ops.config;

import java.util.Locale;

/**
 * One configuration key.
 *
 * @param key lower case, sections apart by dots, words by dashes: {@code ingress.max-body-bytes}
 * @param defaultValue what holds where nobody says otherwise
 * @param description one sentence for the documentation: meaning and unit
 */
public record Setting<T>(String key, ValueType<T> type, T defaultValue, String description) {
    /** Name of the environment variable that overrides it. */
    public String variable() {
        return "MILLRACE_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** The default for people; secrets as {@code ***}. */
    public String defaultText() {
        return type.render(defaultValue);
    }
}

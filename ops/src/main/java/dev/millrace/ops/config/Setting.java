package dev.millrace.ops.config;

import java.util.Locale;

/**
 * One configuration key.
 *
 * @param key lower case, sections apart by dots, words by dashes: {@code ingress.max-body-bytes}
 * @param defaultValue what holds where nobody says otherwise
 */
public record Setting<T>(String key, ValueType<T> type, T defaultValue, Meaning meaning) {
    /** What the key means, for the documentation. */
    public sealed interface Meaning {}

    /** One or two sentences, Markdown. */
    public record Text(String text) implements Meaning {}

    /** What the Javadoc of a configuration record says of one of its components. */
    public record Component(Class<?> type, String name) implements Meaning {}

    Setting(String key, ValueType<T> type, T defaultValue, String text) {
        this(key, type, defaultValue, new Text(text));
    }

    /** Name of the environment variable that overrides it. */
    public String variable() {
        return "MILLRACE_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** The default for people; secrets as {@code ***}. */
    public String defaultText() {
        return type.render(defaultValue);
    }
}

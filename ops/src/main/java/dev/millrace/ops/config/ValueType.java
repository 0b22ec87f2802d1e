package dev.millrace.ops.config;

/** How the values of a key are written. */
public interface ValueType<T> {
    /** What may be written, for people: {@code integer 0..65535}. */
    String description();

    Parsed<T> parse(Raw raw);

    /** The value for people; secrets as {@code ***}. */
    String render(T value);

    /** Whether a mapping in the file belongs to this key as a whole. */
    default boolean takesMapping() {
        return false;
    }

    /** What some text turned out to be. */
    sealed interface Parsed<T> {}

    record Good<T>(T value) implements Parsed<T> {}

    /** The reason completes "key: ...". */
    record Bad<T>(String reason) implements Parsed<T> {}
}

package dev.millrace.topic;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Why a record went to the dead-letter topic, in the headers that Kafka Streams uses for its own.
 *
 * @param exception kind of failure, such as {@code undecodable_record}
 * @param message what was wrong; nothing of the record's content
 * @see <a href="https://cwiki.apache.org/confluence/x/ShEnF">KIP-1034</a>
 */
public record DeadLetter(String exception, String message, String topic, int partition, long offset) {
    public static final String EXCEPTION = "__streams.errors.exception";
    public static final String MESSAGE = "__streams.errors.message";
    public static final String TOPIC = "__streams.errors.topic";
    public static final String PARTITION = "__streams.errors.partition";
    public static final String OFFSET = "__streams.errors.offset";

    /** A copy of the record's own headers with the reason added. */
    public Headers headers(Headers original) {
        var headers = new RecordHeaders(original);
        put(headers, EXCEPTION, exception);
        put(headers, MESSAGE, message);
        put(headers, TOPIC, topic);
        put(headers, PARTITION, Integer.toString(partition));
        put(headers, OFFSET, Long.toString(offset));
        return headers;
    }

    /** The reason written on a dead letter, or null when the headers are of something else. */
    public static @Nullable DeadLetter of(Headers headers) {
        var exception = text(headers.lastHeader(EXCEPTION));
        var message = text(headers.lastHeader(MESSAGE));
        var topic = text(headers.lastHeader(TOPIC));
        var partition = text(headers.lastHeader(PARTITION));
        var offset = text(headers.lastHeader(OFFSET));
        if (exception == null || topic == null || partition == null || offset == null) {
            return null;
        }
        return new DeadLetter(
                exception, message == null ? "" : message, topic, Integer.parseInt(partition), Long.parseLong(offset));
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String text(@Nullable Header header) {
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}

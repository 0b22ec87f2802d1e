package dev.millrace.ingress.dialect;

import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request without its connection.
 *
 * @param path as it was sent, without the query
 * @param content the body
 * @param headers value of a header by its lower-case name, null when absent
 * @param query last value of a query parameter, decoded, null when absent
 */
public record Incoming(
        String path,
        Content content,
        Function<String, @Nullable String> headers,
        Function<String, @Nullable String> query,
        Instant now) {
    public @Nullable String header(String name) {
        return headers.apply(name);
    }

    public @Nullable String query(String name) {
        return query.apply(name);
    }
}

package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The query of an address, in the order its members were added. Not thread-safe. */
public final class QueryText {
    private final StringBuilder text = new StringBuilder();

    public QueryText add(String name, String value) {
        text.append(text.isEmpty() ? '?' : '&')
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        return this;
    }

    /** Adds a value, an array as often as it has elements; nothing for null. */
    public QueryText add(String name, @Nullable JsonNode value) {
        if (value instanceof ArrayNode array) {
            array.forEach(item -> add(name, item.asText()));
        } else if (value != null) {
            add(name, value.isContainerNode() ? value.toString() : value.asText());
        }
        return this;
    }

    /** Empty, or beginning with a question mark. */
    @Override
    public String toString() {
        return text.toString();
    }
}

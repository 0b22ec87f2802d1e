package dev.millrace.ops.vendor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * The few members of a request that a bench model's reply depends on, read without making a tree.
 *
 * @param model empty when it stands elsewhere
 * @param usageAsked {@code stream_options.include_usage}
 * @param optioned whether there is a member {@code local}
 */
record RequestScan(String model, boolean streaming, boolean usageAsked, boolean optioned) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Nothing that concerns a bench model. */
    static final RequestScan NONE = new RequestScan("", false, false, false);

    /** Scans a body; what is no JSON object gives {@link #NONE}. */
    static RequestScan of(byte[] body) {
        try (var parser = JSON.createParser(body)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? members(parser) : NONE;
        } catch (IOException e) {
            return NONE;
        }
    }

    private static RequestScan members(JsonParser parser) throws IOException {
        var model = "";
        boolean streaming = false;
        boolean usageAsked = false;
        boolean optioned = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            var value = parser.nextToken();
            switch (name) {
                case "model" -> model = value == JsonToken.VALUE_STRING ? parser.getText() : "";
                case "stream" -> streaming = value == JsonToken.VALUE_TRUE;
                case "stream_options" -> usageAsked = value == JsonToken.START_OBJECT && includeUsage(parser);
                case "local" -> {
                    optioned = value != JsonToken.VALUE_NULL;
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }
        return new RequestScan(model, streaming, usageAsked, optioned);
    }

    private static boolean includeUsage(JsonParser parser) throws IOException {
        boolean asked = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean usage = parser.currentName().equals("include_usage");
            asked |= parser.nextToken() == JsonToken.VALUE_TRUE && usage;
            parser.skipChildren();
        }
        return asked;
    }
}

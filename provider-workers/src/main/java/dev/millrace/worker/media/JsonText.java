package dev.millrace.worker.media;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Reads and makes JSON. */
public final class JsonText {
    private static final ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build()
            .readerFor(JsonNode.class);

    private JsonText() {}

    /** The one value the text holds. */
    public static JsonNode read(String text) throws JsonProcessingException {
        return READER.readTree(text);
    }

    /** The one value the text holds; null when it is not JSON. */
    public static @Nullable JsonNode readOrNull(String text) {
        try {
            var node = READER.readTree(text);
            return node.isMissingNode() ? null : node;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A string as JSON text. */
    public static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }

    /** A string as a value. */
    public static JsonNode word(String text) {
        return TextNode.valueOf(text);
    }

    /** The text of a string that is not empty, else null. */
    public static @Nullable String text(JsonNode node) {
        return node.isTextual() && !node.asText().isEmpty() ? node.asText() : null;
    }

    /** Seconds, as a number or as text, in milliseconds; -1 when it is neither or negative. */
    public static long millis(JsonNode seconds) {
        try {
            var value = seconds.isNumber()
                    ? seconds.decimalValue()
                    : seconds.isTextual() ? new BigDecimal(seconds.asText().strip()) : BigDecimal.valueOf(-1);
            var millis = value.movePointRight(3).setScale(0, RoundingMode.HALF_UP);
            return millis.signum() < 0 || millis.precision() > 15 ? -1 : millis.longValue();
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** A count that is not negative; -1 otherwise. */
    public static long count(JsonNode node) {
        return node.isNumber() && node.asDouble() >= 0 ? node.asLong() : -1;
    }
}

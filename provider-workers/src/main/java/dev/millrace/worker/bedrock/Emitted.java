package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes deltas of the one choice that a message is. */
final class Emitted {
    /** Dialect of what has no common word. */
    static final String DIALECT = "bedrock";

    /** A source that the text before or after it, in the same block, rests on. */
    static final String CITATION = "citation";

    /** Before the name of a piece that is not known here. */
    static final String DELTA_PREFIX = "delta.";

    /** Before the name of an event that is not known here. */
    static final String EVENT_PREFIX = "event.";

    private Emitted() {}

    static Delta delta(Object content) {
        return new Delta(0, content, Map.of());
    }

    static Delta item(String type, JsonNode json) {
        return delta(new ItemDelta(DIALECT, type, json.toString()));
    }

    /** A block without a common word, under its name and as it came. */
    static Delta block(String name, JsonNode value) {
        return item(name, JsonNodeFactory.instance.objectNode().set(name, value));
    }

    /** Media of a block or a piece; null when its data is not base64. */
    static @Nullable Delta media(MediaKind kind, String format, JsonNode source, boolean last) {
        var mimeType = format.isEmpty() ? "" : MediaFormats.mimeType(kind, format);
        var address = source.path("s3Location").path("uri");
        if (address.isTextual()) {
            return delta(new MediaDelta(kind, mimeType, null, address.asText(), null, last));
        }
        try {
            var data = Base64.getDecoder().decode(source.path("bytes").asText());
            return delta(new MediaDelta(kind, mimeType, ByteBuffer.wrap(data), null, null, last));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}

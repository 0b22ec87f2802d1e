package dev.millrace.worker.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.dialect.ResponsesMarks;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads generated images and sound. What is no base64 has no common word and travels as it came. */
final class MediaEvents {
    private MediaEvents() {}

    /** Appends the media of an event; false when it holds none. */
    static boolean read(JsonNode event, String type, List<Delta> out) {
        return switch (type) {
            case "response.image_generation_call.partial_image" -> partialImage(event, out);
            case "response.audio.delta" -> {
                var data = decoded(event.path("delta"));
                yield data != null && out.add(delta(audio(data, null)));
            }
            case "response.audio.transcript.delta" ->
                event.path("delta").isTextual()
                        && out.add(delta(audio(null, event.path("delta").asText())));
            case "response.audio.done" -> out.add(delta(new MediaDelta(MediaKind.AUDIO, "", null, null, null, true)));
            default -> false;
        };
    }

    private static Delta delta(MediaDelta media) {
        return new Delta(0, media, Map.of());
    }

    private static MediaDelta audio(@Nullable ByteBuffer data, @Nullable String transcript) {
        return new MediaDelta(MediaKind.AUDIO, "", data, null, transcript, false);
    }

    private static boolean partialImage(JsonNode event, List<Delta> out) {
        var data = decoded(event.path("partial_image_b64"));
        if (data == null) {
            return false;
        }
        var extensions = new LinkedHashMap<String, String>();
        extensions.put(
                "partial_image_index",
                Integer.toString(event.path("partial_image_index").asInt(0)));
        if (event.path("item_id").isTextual()) {
            extensions.put(
                    ResponsesMarks.PREFIX + "item_id", event.path("item_id").toString());
        }
        var media = new MediaDelta(MediaKind.IMAGE, mimeType(event), data, null, null, false);
        return out.add(new Delta(0, media, extensions));
    }

    /** The image of an {@code image_generation_call}; null when it has none by value. */
    static @Nullable MediaDelta image(JsonNode item) {
        var data = decoded(item.path("result"));
        return data == null ? null : new MediaDelta(MediaKind.IMAGE, mimeType(item), data, null, null, true);
    }

    private static String mimeType(JsonNode node) {
        var format = node.path("output_format").asText("png");
        return "image/" + (format.equals("jpg") ? "jpeg" : format);
    }

    private static @Nullable ByteBuffer decoded(JsonNode base64) {
        if (!base64.isTextual() || base64.asText().isEmpty()) {
            return null;
        }
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(base64.asText()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}

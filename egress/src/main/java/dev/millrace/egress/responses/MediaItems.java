package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.dialect.ResponsesMarks;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Generated media: pictures are what the image tool makes; films and documents, of which the dialect knows none, are items of ours. */
final class MediaItems {
    private MediaItems() {}

    /** The item of a whole piece of media; null for sound and for what is not whole. */
    static @Nullable ObjectNode node(MediaDelta media, Map<String, String> marks) {
        if (!media.getLast() || media.getKind() == MediaKind.AUDIO) {
            return null;
        }
        var node = JsonNodeFactory.instance.objectNode();
        var mark = marks.get(ResponsesMarks.ITEM);
        if (mark != null && Json.parsed(mark) instanceof ObjectNode members) {
            node.setAll(members);
        }
        if (media.getKind() == MediaKind.IMAGE) {
            put(node, "type", "image_generation_call");
            put(node, "status", "completed");
            put(node, "output_format", format(media));
            node.put("result", media.getData() == null ? media.getUrl() : base64(media));
        } else {
            put(node, "type", "millrace.media");
            node.put("kind", media.getKind().name().toLowerCase(Locale.ROOT));
            node.put("mime_type", media.getMimeType());
            node.put("url", media.getUrl());
            node.put("data", media.getData() == null ? null : base64(media));
        }
        return node;
    }

    static void partial(ObjectNode event, MediaDelta media, Map<String, String> marks) {
        var id = marks.get(ResponsesMarks.PREFIX + "item_id");
        if (id != null) {
            event.set("item_id", Json.parsed(id));
        }
        event.set("partial_image_index", Json.parsed(marks.getOrDefault("partial_image_index", "0")));
        event.put("partial_image_b64", media.getData() == null ? "" : base64(media));
    }

    static void audio(EventLog log, MediaDelta media) {
        if (media.getData() != null && media.getData().hasRemaining()) {
            log.add("response.audio.delta").put("delta", base64(media));
        }
        if (media.getTranscript() != null) {
            log.add("response.audio.transcript.delta").put("delta", media.getTranscript());
        }
        if (media.getLast()) {
            log.add("response.audio.done");
        }
    }

    private static void put(ObjectNode node, String name, String value) {
        if (!node.has(name)) {
            node.put(name, value);
        }
    }

    private static String format(MediaDelta media) {
        var type = media.getMimeType();
        return type.startsWith("image/") ? type.substring("image/".length()) : "png";
    }

    private static String base64(MediaDelta media) {
        var bytes = new byte[media.getData().remaining()];
        media.getData().duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}

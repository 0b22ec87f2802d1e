package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads generated images: a list of them in a whole reply; previews and finished ones, each in an event, in a stream. */
final class ImageReader extends TaskReader {
    private static final Set<String> CONTENT = Set.of("data", "b64_json", "url", "type", "partial_image_index");
    private static final Set<String> ITEM_MEMBERS = Set.of("b64_json", "url", "mime_type", "content_type", "index");

    private final boolean whole;
    private final int expected;
    private int finished;

    /**
     * A reader of one answer.
     *
     * @param expected images a stream must bring
     */
    ImageReader(boolean whole, int maxExtraBytes, int expected) {
        super(maxExtraBytes, CONTENT);
        this.whole = whole;
        this.expected = Math.max(1, expected);
    }

    @Override
    @Nullable
    String readContent(JsonNode reply) {
        if (!whole) {
            return readEvent(reply);
        }
        var list = reply.path("data");
        if (!list.isArray() || list.isEmpty()) {
            return "data";
        }
        for (int i = 0; i < list.size(); i++) {
            if (!image(i, list.path(i), mimeType(list.path(i), reply), true, extensions(list.path(i)))) {
                return "data[" + i + "]";
            }
        }
        finished = list.size();
        setUsage(TaskUsage.with(usage(), "images", finished));
        return null;
    }

    private @Nullable String readEvent(JsonNode event) {
        var type = event.path("type").asText();
        if (type.endsWith(".partial_image")) {
            var preview = Map.of(
                    "partial_image_index", event.path("partial_image_index").toString());
            return image(finished, event, mimeType(event, event), false, preview) ? null : "b64_json";
        }
        if (type.endsWith(".completed")) {
            if (!image(finished, event, mimeType(event, event), true, Map.of())) {
                return "b64_json";
            }
            finished++;
            setUsage(TaskUsage.with(usage(), "images", finished));
        }
        return null;
    }

    private boolean image(int index, JsonNode item, String mimeType, boolean last, Map<String, String> extensions) {
        var data = item.path("b64_json");
        var url = item.path("url");
        ByteBuffer bytes = data.isTextual() ? MediaReader.decoded(data.asText()) : null;
        if (bytes != null) {
            add(index, new MediaDelta(MediaKind.IMAGE, mimeType, bytes, null, null, last), extensions);
            return true;
        }
        var media = !data.isTextual() && url.isTextual() ? MediaReader.image(url.asText()) : null;
        if (media == null) {
            return false;
        }
        boolean typed = !media.getMimeType().isEmpty() || !item.has("mime_type");
        var content = new MediaDelta(
                MediaKind.IMAGE, typed ? media.getMimeType() : mimeType, media.getData(), media.getUrl(), null, last);
        add(index, content, extensions);
        return true;
    }

    /** What the vendor says, else what the bytes of OpenAI's older models are. */
    private static String mimeType(JsonNode item, JsonNode reply) {
        for (var name : new String[] {"mime_type", "content_type"}) {
            if (item.path(name).isTextual()) {
                return item.path(name).asText();
            }
        }
        var format = reply.path("output_format").asText("png");
        return "image/" + (format.equals("jpg") ? "jpeg" : format);
    }

    private static Map<String, String> extensions(JsonNode item) {
        var extensions = new LinkedHashMap<String, String>();
        item.properties().forEach(member -> {
            if (!ITEM_MEMBERS.contains(member.getKey()) && !member.getValue().isNull()) {
                extensions.put(member.getKey(), member.getValue().toString());
            }
        });
        return extensions;
    }

    @Override
    public boolean complete() {
        return whole ? finished > 0 : finished >= expected;
    }

    @Override
    public boolean endsItself() {
        return true;
    }
}

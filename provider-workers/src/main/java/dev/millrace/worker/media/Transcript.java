package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transcript on its way to the common shape: the text, words and segments as OpenAI's {@code verbose_json} has them, and the vendor's
 * whole object. Long lists come in several items of the same type, to be put together in order. Not thread-safe.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/audio/verbose-json-object">OpenAI, verbose transcription</a>
 */
public final class Transcript {
    private static final int ITEMS_PER_DELTA = 500;
    /** The vendor's object is left out when it is longer: all it says of words and segments is in the items before it. */
    private static final int MAX_RAW_CHARS = 250_000;

    private final String dialect;
    private final ArrayNode words = JsonNodeFactory.instance.arrayNode();
    private final ArrayNode segments = JsonNodeFactory.instance.arrayNode();
    private String text = "";
    private @Nullable String language;
    private long durationMillis = -1;

    /** A transcript of a vendor whose own objects go by that name. */
    public Transcript(String dialect) {
        this.dialect = dialect;
    }

    public Transcript text(String newText) {
        text = newText;
        return this;
    }

    /** The language; an absent one is none. */
    public Transcript language(JsonNode code) {
        language = JsonText.text(code);
        return this;
    }

    public Transcript durationMillis(long millis) {
        durationMillis = millis;
        return this;
    }

    /**
     * One word.
     *
     * @param start in seconds
     * @param speaker number or name, missing when not known
     */
    public void word(String word, JsonNode start, JsonNode end, JsonNode speaker) {
        var item = words.addObject().put("word", word);
        times(item, start, end, speaker);
    }

    /** One piece of the text, as the vendor cuts it. */
    public void segment(String segment, JsonNode start, JsonNode end, JsonNode speaker) {
        var item = segments.addObject().put("id", segments.size() - 1);
        times(item, start, end, speaker);
        item.put("text", segment);
    }

    private static void times(ObjectNode item, JsonNode start, JsonNode end, JsonNode speaker) {
        if (start.isNumber()) {
            item.set("start", start);
        }
        if (end.isNumber()) {
            item.set("end", end);
        }
        if (speaker.isValueNode() && !speaker.isNull()) {
            item.put("speaker", speaker.asText());
        }
    }

    /**
     * The end of a call, with everything, the vendor's own object last.
     *
     * @param estimated whether the length is not the vendor's figure
     * @param vendor what stands beside the content, each value JSON
     */
    public Read.Done done(JsonNode raw, boolean estimated, Map<String, String> vendor) {
        var usage = Units.of(Map.of(), durationMillis, estimated, null);
        return new Read.Done(deltas(raw), new Finished(usage, vendor), usage);
    }

    private List<Delta> deltas(JsonNode raw) {
        var deltas = new ArrayList<Delta>();
        deltas.add(delta(new TextDelta(text, List.of())));
        if (language != null) {
            deltas.add(item("openai", "transcription.language", JsonText.quoted(language)));
        }
        if (durationMillis >= 0) {
            deltas.add(item("openai", "transcription.duration", String.valueOf(durationMillis / 1000.0)));
        }
        items("transcription.words", words, deltas);
        items("transcription.segments", segments, deltas);
        var json = raw.toString();
        if (json.length() <= MAX_RAW_CHARS) {
            deltas.add(item(dialect, "transcription.raw", json));
        }
        return deltas;
    }

    private static void items(String type, ArrayNode all, List<Delta> deltas) {
        for (int start = 0; start < all.size(); start += ITEMS_PER_DELTA) {
            var piece = JsonNodeFactory.instance.arrayNode();
            for (int i = start; i < Math.min(all.size(), start + ITEMS_PER_DELTA); i++) {
                piece.add(all.get(i));
            }
            deltas.add(item("openai", type, piece.toString()));
        }
    }

    private static Delta item(String dialect, String type, String json) {
        return delta(new ItemDelta(dialect, type, json));
    }

    private static Delta delta(Object content) {
        return new Delta(0, content, Map.of());
    }
}

package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.TextDelta;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was said in a recording: the text, and beside it words, segments, language and duration, each as an item of its own in the shape
 * of OpenAI's verbose JSON, and the vendor's whole object.
 *
 * <p>A stream brings the text in pieces; one of a diarized recording brings segments only, and the text with its last event. Segments of a
 * stream are items of one segment each.
 */
final class TranscriptionReader extends TaskReader {
    static final String WORDS = "transcription.words";
    static final String SEGMENTS = "transcription.segments";
    static final String LANGUAGE = "transcription.language";
    static final String DURATION = "transcription.duration";
    static final String RAW = "transcription.raw";

    private static final Set<String> CONTENT =
            Set.of("text", "delta", "words", "segments", "language", "duration", "type", "logprobs", "speaker");
    private static final Set<String> STREAM_CONTENT =
            Set.of("text", "delta", "segments", "language", "type", "start", "end", "id", "speaker", "logprobs");

    private final boolean whole;
    private final String vendor;
    private final StringBuilder streamed = new StringBuilder();
    private boolean complete;

    /**
     * A reader of one answer.
     *
     * @param vendor names the dialect of the whole object
     */
    TranscriptionReader(boolean whole, int maxExtraBytes, String vendor) {
        super(maxExtraBytes, whole ? CONTENT : STREAM_CONTENT);
        this.whole = whole;
        this.vendor = vendor;
    }

    @Override
    @Nullable
    String readContent(JsonNode reply) {
        return whole ? readWhole(reply) : readEvent(reply);
    }

    private @Nullable String readWhole(JsonNode reply) {
        if (!reply.path("text").isTextual()) {
            return "text";
        }
        text(reply.path("text").asText(), reply);
        item(LANGUAGE, reply.path("language"));
        item(DURATION, reply.path("duration"));
        item(SEGMENTS, reply.path("segments"));
        item(WORDS, words(reply.path("words")));
        add(0, new ItemDelta(vendor, RAW, reply.toString()));
        duration(reply);
        complete = true;
        return null;
    }

    /** Some vendors call the word of a word its text. */
    private static JsonNode words(JsonNode words) {
        if (!words.path(0).isObject() || words.path(0).has("word")) {
            return words;
        }
        var renamed = JsonNodeFactory.instance.arrayNode();
        for (var word : words) {
            var object = renamed.addObject();
            word.properties()
                    .forEach(member ->
                            object.set(member.getKey().equals("text") ? "word" : member.getKey(), member.getValue()));
        }
        return renamed;
    }

    private void text(String text, JsonNode beside) {
        var logprobs = LogprobReader.read(beside.path("logprobs"));
        if (!text.isEmpty() || !logprobs.isEmpty()) {
            add(0, new TextDelta(text, logprobs));
        }
    }

    private void duration(JsonNode reply) {
        var duration = reply.path("duration");
        double seconds = duration.isNumber() || duration.isTextual() ? duration.asDouble(-1) : -1;
        if (seconds >= 0) {
            setUsage(TaskUsage.withMillis(usage(), seconds));
        }
    }

    private void item(String type, JsonNode value) {
        boolean said = !value.isMissingNode() && !value.isNull() && !(value.isArray() && value.isEmpty());
        if (said) {
            add(0, new ItemDelta(DIALECT, type, value.toString()));
        }
    }

    private @Nullable String readEvent(JsonNode event) {
        var type = event.path("type").asText();
        if (type.endsWith("text.delta")) {
            var piece = event.path("delta").isTextual() ? event.path("delta") : event.path("text");
            if (!piece.isTextual()) {
                return "delta";
            }
            streamed.append(piece.asText());
            text(piece.asText(), event);
        } else if (type.endsWith("segment")) {
            item(SEGMENTS, JsonNodeFactory.instance.arrayNode().add(event));
        } else if (type.endsWith(".language")) {
            item(LANGUAGE, event.has("audio_language") ? event.path("audio_language") : event.path("language"));
        } else if (type.endsWith(".done")) {
            return done(event);
        } else {
            add(0, new ItemDelta(vendor, type.isEmpty() ? "transcription.event" : type, event.toString()));
        }
        return null;
    }

    /** The last event repeats the text: what had not come in pieces is the rest. */
    private @Nullable String done(JsonNode event) {
        if (!event.path("text").isTextual()) {
            return "text";
        }
        var text = event.path("text").asText();
        if (text.startsWith(streamed.toString())) {
            text(text.substring(streamed.length()), JsonNodeFactory.instance.missingNode());
        }
        if (event instanceof ObjectNode object) {
            add(0, new ItemDelta(vendor, RAW, object.toString()));
        }
        complete = true;
        return null;
    }

    @Override
    public boolean complete() {
        return complete;
    }

    /** The deltas of a reply that is the text itself, in whatever format was asked for. */
    static List<Delta> plain(String text) {
        return List.of(new Delta(0, new TextDelta(text, List.of()), Map.of()));
    }
}

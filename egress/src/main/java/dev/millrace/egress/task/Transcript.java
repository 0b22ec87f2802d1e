package dev.millrace.egress.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Usage;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.reply.Reply;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transcript in one of OpenAI's forms.
 *
 * @param task {@code transcribe} or {@code translate}
 * @see <a href="https://platform.openai.com/docs/api-reference/audio/createTranscription">Create transcription</a>
 */
public record Transcript(Form form, String task) implements WholeFormat {
    static final String WORDS = "transcription.words";
    static final String SEGMENTS = "transcription.segments";
    private static final String LANGUAGE = "transcription.language";
    private static final String DURATION = "transcription.duration";

    /** What the client asked for. */
    public enum Form {
        JSON,
        TEXT,
        SRT,
        VTT,
        VERBOSE_JSON,
        DIARIZED_JSON;

        /** The form of OpenAI's word. */
        public static Optional<Form> ofWord(String word) {
            for (var form : values()) {
                if (form.name().toLowerCase(Locale.ROOT).equals(word)) {
                    return Optional.of(form);
                }
            }
            return Optional.empty();
        }
    }

    @Override
    public Body body(Reply reply, InferenceResult last, long createdAtMillis) {
        var text = text(reply);
        var usage = TaskJson.usage(last);
        return switch (form) {
            case TEXT -> Body.text("text/plain; charset=utf-8", text + "\n");
            case SRT ->
                Body.text(
                        "application/x-subrip; charset=utf-8",
                        subtitles(reply, text, usage).srt());
            case VTT ->
                Body.text(
                        "text/vtt; charset=utf-8", subtitles(reply, text, usage).vtt());
            case JSON -> Body.json(withUsage(TaskJson.object().put("text", text), usage));
            case VERBOSE_JSON, DIARIZED_JSON -> Body.json(verbose(reply, text, usage));
        };
    }

    private static Subtitles subtitles(Reply reply, String text, @Nullable Usage usage) {
        double seconds = duration(reply, usage).map(JsonNode::asDouble).orElse(0.0);
        return Subtitles.of(text, list(reply, SEGMENTS), list(reply, WORDS), seconds);
    }

    private ObjectNode verbose(Reply reply, String text, @Nullable Usage usage) {
        var node = TaskJson.object().put("task", task);
        TaskJson.items(reply, LANGUAGE).stream().findFirst().ifPresent(language -> node.set("language", language));
        duration(reply, usage).ifPresent(duration -> node.set("duration", duration));
        node.put("text", text);
        for (var name : new String[] {WORDS, SEGMENTS}) {
            var list = list(reply, name);
            if (!list.isEmpty()) {
                node.set(name.substring(name.indexOf('.') + 1), list);
            }
        }
        return withUsage(node, usage);
    }

    private static Optional<JsonNode> duration(Reply reply, @Nullable Usage usage) {
        var told = TaskJson.items(reply, DURATION).stream().findFirst();
        return told.isPresent() || usage == null || usage.getMediaMillis() < 0
                ? told
                : Optional.of(JsonNodeFactory.instance.numberNode(usage.getMediaMillis() / 1000.0));
    }

    /** Elements of all items of a type; an item is one of them or a list. */
    private static JsonNode list(Reply reply, String type) {
        var all = JsonNodeFactory.instance.arrayNode();
        for (var item : TaskJson.items(reply, type)) {
            if (item.isArray()) {
                item.forEach(all::add);
            } else {
                all.add(item);
            }
        }
        return all;
    }

    static String text(Reply reply) {
        var text = new StringBuilder();
        reply.choices().forEach(choice -> text.append(choice.text()));
        return text.toString();
    }

    /** Tokens where the vendor counts those, else the length of what was heard. */
    static ObjectNode withUsage(ObjectNode node, @Nullable Usage usage) {
        var tokens = TaskJson.tokenUsage(usage);
        if (tokens != null) {
            node.set("usage", tokens.put("type", "tokens"));
        } else if (usage != null && usage.getMediaMillis() >= 0) {
            node.putObject("usage").put("type", "duration").put("seconds", usage.getMediaMillis() / 1000.0);
        }
        return node;
    }
}

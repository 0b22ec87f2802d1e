package dev.millrace.egress.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.Usage;
import dev.millrace.egress.reply.Reply;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Pieces that several answers share. Pure. */
final class TaskJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private TaskJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** JSON from a record; text when it is none. */
    static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.textNode(json);
        }
    }

    static void putExtensions(ObjectNode node, Map<String, String> extensions) {
        extensions.forEach((name, json) -> {
            if (!node.has(name)) {
                node.set(name, parsed(json));
            }
        });
    }

    /** The values of all items of a type, in order. */
    static List<JsonNode> items(Reply reply, String type) {
        return items(reply)
                .filter(item -> item.getType().equals(type))
                .map(item -> parsed(item.getJson()))
                .toList();
    }

    private static Stream<ItemDelta> items(Reply reply) {
        return reply.choices().stream().flatMap(choice -> choice.items().stream());
    }

    /** The model that answered, else the one asked for. */
    static String model(InferenceResult last, String requested) {
        return last.getModel().isEmpty() ? requested : last.getModel();
    }

    static @Nullable Usage usage(InferenceResult last) {
        return last.getTerminal() == null ? null : last.getTerminal().getUsage();
    }

    /** Tokens in the words of OpenAI's embeddings: what goes in only. */
    static ObjectNode promptUsage(@Nullable Usage usage) {
        long tokens = usage == null ? 0 : Math.max(0, usage.getInputTokens());
        return object().put("prompt_tokens", tokens).put("total_tokens", tokens);
    }

    /** Tokens in the words of OpenAI's later endpoints; null when there are none. */
    static @Nullable ObjectNode tokenUsage(@Nullable Usage usage) {
        if (usage == null || (usage.getInputTokens() < 0 && usage.getOutputTokens() < 0)) {
            return null;
        }
        long input = Math.max(0, usage.getInputTokens());
        long output = Math.max(0, usage.getOutputTokens());
        var node = object().put("input_tokens", input).put("output_tokens", output);
        node.put("total_tokens", input + output);
        if (usage.getImageInputTokens() >= 0) {
            node.putObject("input_tokens_details")
                    .put("image_tokens", usage.getImageInputTokens())
                    .put("text_tokens", Math.max(0, input - usage.getImageInputTokens()));
        } else if (usage.getAudioInputTokens() >= 0) {
            node.putObject("input_token_details")
                    .put("audio_tokens", usage.getAudioInputTokens())
                    .put("text_tokens", Math.max(0, input - usage.getAudioInputTokens()));
        }
        return node;
    }

    static String base64(MediaDelta media) {
        var bytes = new byte[media.getData().remaining()];
        media.getData().duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Whether a piece is a preview that later ones replace. */
    static boolean isPreview(Map<String, String> extensions) {
        return extensions.containsKey(Reply.PREVIEW);
    }
}

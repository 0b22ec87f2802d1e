package dev.millrace.egress.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.TokenLogprob;
import dev.millrace.avro.Usage;
import dev.millrace.dialect.Marks;
import dev.millrace.job.JobId;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pieces that streamed and whole chat completions share. Pure.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat">OpenAI API reference, Chat</a>
 */
final class ChatJson {
    /** Extensions and items of this dialect go back where its decoder found them. */
    static final String DIALECT = "openai-chat";

    /** Marks members that stand beside the delta, not in it. */
    static final String CHOICE_PREFIX = "choice.";

    /** Marks a part of a content array that is none of text, thinking or refusal. */
    private static final String CONTENT_PREFIX = "content.";

    /** Members that are ours to say. */
    private static final Set<String> OWN =
            Set.of("id", "object", "created", "model", "choices", "usage", "error", "millrace.omitted");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ChatJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The same for every chunk and every reader of a job. */
    static String completionId(JobId id) {
        return "chatcmpl-" + id.value();
    }

    /** JSON from a record; text when it is none. */
    static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.textNode(json);
        }
    }

    /** Adds the vendor's further members to {@code choice} and to its {@code content}; never over one that is there. */
    static void extend(ObjectNode choice, ObjectNode content, Map<String, String> extensions) {
        extensions.forEach((name, json) -> {
            if (name.startsWith(CHOICE_PREFIX)) {
                putIfAbsent(choice, name.substring(CHOICE_PREFIX.length()), json);
            } else {
                putIfAbsent(content, name, json);
            }
        });
    }

    /** Adds a member that is not there; a mark is for adapters and is told to nobody. */
    static void putIfAbsent(ObjectNode node, String name, String json) {
        if (!node.has(name) && !Marks.isMark(name)) {
            node.set(name, parsed(json));
        }
    }

    /**
     * The signature of a call, which a client must send back with it: where Google's own OpenAI-compatible API puts it.
     *
     * @see <a href="https://ai.google.dev/gemini-api/docs/thought-signatures">Thought signatures</a>
     */
    static void putSignature(ObjectNode call, @Nullable String signature) {
        if (signature != null && !signature.isEmpty()) {
            call.withObjectProperty("extra_content")
                    .withObjectProperty("google")
                    .put("thought_signature", signature);
        }
    }

    /**
     * Adds something without a common word: where its decoder found it when it is of this dialect, else in a list beside the
     * content. Arrays of one name are joined.
     */
    static void putItem(ObjectNode choice, ObjectNode content, ItemDelta item) {
        var value = parsed(item.getJson());
        if (!item.getDialect().equals(DIALECT)) {
            var other = content.withArrayProperty("items").addObject();
            other.put("dialect", item.getDialect()).put("type", item.getType()).set("value", value);
        } else if (item.getType().startsWith(CONTENT_PREFIX)) {
            content.withArrayProperty("content_parts").add(value);
        } else if (content.path(item.getType()) instanceof ArrayNode before && value instanceof ArrayNode more) {
            before.addAll(more);
        } else {
            extend(choice, content, Map.of(item.getType(), item.getJson()));
        }
    }

    /** Adds what the vendor said beside choices and usage: fingerprint, service tier and the like. */
    static void putVendor(ObjectNode completion, Map<String, String> vendor) {
        vendor.forEach((name, json) -> {
            if (!OWN.contains(name)) {
                putIfAbsent(completion, name, json);
            }
        });
    }

    static String finishReason(FinishReason reason, @Nullable String vendorReason) {
        return switch (reason) {
            case STOP, PAUSE, OTHER -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "function_call".equals(vendorReason) ? "function_call" : "tool_calls";
            case CONTENT_FILTER, REFUSAL -> "content_filter";
            case ERROR -> "error";
        };
    }

    static ArrayNode logprobs(List<TokenLogprob> tokens) {
        var array = JsonNodeFactory.instance.arrayNode();
        for (var token : tokens) {
            var node = logprob(token);
            var top = node.putArray("top_logprobs");
            token.getTop().forEach(alternative -> top.add(logprob(alternative)));
            array.add(node);
        }
        return array;
    }

    private static ObjectNode logprob(TokenLogprob token) {
        var node = object().put("token", token.getToken()).put("logprob", token.getLogprob());
        if (token.getBytes() == null) {
            node.putNull("bytes");
        } else {
            var bytes = node.putArray("bytes");
            var data = token.getBytes().duplicate();
            while (data.hasRemaining()) {
                bytes.add(data.get() & 0xff);
            }
        }
        return node;
    }

    /** A figure the vendor did not give is 0 where the dialect demands a number, and left out where it does not. */
    static ObjectNode usage(Usage usage) {
        long input = Math.max(0, usage.getInputTokens());
        long output = Math.max(0, usage.getOutputTokens());
        var node = object().put("prompt_tokens", input)
                .put("completion_tokens", output)
                .put("total_tokens", input + output);
        var prompt = object();
        put(prompt, "cached_tokens", usage.getCachedInputTokens());
        put(prompt, "audio_tokens", usage.getAudioInputTokens());
        var completion = object();
        put(completion, "reasoning_tokens", usage.getReasoningTokens());
        put(completion, "audio_tokens", usage.getAudioOutputTokens());
        if (!prompt.isEmpty()) {
            node.set("prompt_tokens_details", prompt);
        }
        if (!completion.isEmpty()) {
            node.set("completion_tokens_details", completion);
        }
        return node;
    }

    private static void put(ObjectNode node, String name, long count) {
        if (count >= 0) {
            node.put(name, count);
        }
    }

    /** Sound in OpenAI's form, images as OpenRouter has them, the rest by kind. */
    static void putMedia(ObjectNode content, MediaDelta media, Map<String, String> extensions) {
        switch (media.getKind()) {
            case AUDIO -> {
                var audio = content.withObjectProperty("audio");
                if (media.getData() != null) {
                    audio.put("data", base64(media));
                }
                if (media.getTranscript() != null) {
                    audio.put("transcript", media.getTranscript());
                }
                extensions.forEach((name, json) -> putIfAbsent(audio, name, json));
            }
            case IMAGE -> {
                var image = content.withArrayProperty("images").addObject().put("type", "image_url");
                image.putObject("image_url").put("url", url(media));
                extensions.forEach((name, json) -> putIfAbsent(image, name, json));
            }
            case VIDEO, DOCUMENT, OTHER -> {
                var item = content.withArrayProperty("media").addObject();
                item.put("type", media.getKind().name().toLowerCase(Locale.ROOT))
                        .put("url", url(media));
                extensions.forEach((name, json) -> putIfAbsent(item, name, json));
            }
        }
    }

    private static String url(MediaDelta media) {
        if (media.getUrl() != null) {
            return media.getUrl();
        }
        var type = media.getMimeType().isEmpty() ? "application/octet-stream" : media.getMimeType();
        return media.getData() == null ? "" : "data:" + type + ";base64," + base64(media);
    }

    private static String base64(MediaDelta media) {
        var bytes = new byte[media.getData().remaining()];
        media.getData().duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}

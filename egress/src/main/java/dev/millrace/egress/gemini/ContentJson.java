package dev.millrace.egress.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.TokenLogprob;
import dev.millrace.avro.Usage;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Words that all answers of the dialect share. Pure.
 *
 * @see <a href="https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse">GenerateContentResponse</a>
 */
final class ContentJson {
    /** Items of this dialect go back where its decoder found them. */
    static final String DIALECT = "gemini";

    /** Begins the names of extensions that are this dialect's marks. */
    static final String MARK = DIALECT + ".";

    /** Holds what the dialect has no word for. */
    static final String OURS = "millrace";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final Set<String> FINISH_WORDS = Set.of(
            "STOP",
            "MAX_TOKENS",
            "SAFETY",
            "RECITATION",
            "LANGUAGE",
            "OTHER",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "MALFORMED_FUNCTION_CALL",
            "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT",
            "IMAGE_RECITATION",
            "IMAGE_OTHER",
            "NO_IMAGE",
            "MODEL_ARMOR",
            "UNEXPECTED_TOOL_CALL",
            "TOO_MANY_TOOL_CALLS",
            "MISSING_THOUGHT_SIGNATURE",
            "MALFORMED_RESPONSE");

    private ContentJson() {}

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

    /** The vendor's own word where it is one of the dialect's. */
    static String finishReason(FinishReason reason, @Nullable String vendorReason) {
        if (vendorReason != null && FINISH_WORDS.contains(vendorReason)) {
            return vendorReason;
        }
        return switch (reason) {
            case STOP, TOOL_CALLS, PAUSE -> "STOP";
            case LENGTH -> "MAX_TOKENS";
            case CONTENT_FILTER, REFUSAL -> "SAFETY";
            case ERROR, OTHER -> "OTHER";
        };
    }

    /** The vendor's own object where it is the dialect's; thoughts stand outside the candidates' tokens. */
    static ObjectNode usage(Usage usage) {
        if (usage.getVendorJson() != null
                && parsed(usage.getVendorJson()) instanceof ObjectNode vendor
                && vendor.has("promptTokenCount")) {
            return vendor;
        }
        long input = Math.max(0, usage.getInputTokens());
        long output = Math.max(0, usage.getOutputTokens());
        long thoughts = Math.clamp(usage.getReasoningTokens(), 0, output);
        var node = object().put("promptTokenCount", input)
                .put("candidatesTokenCount", output - thoughts)
                .put("totalTokenCount", input + output);
        if (thoughts > 0) {
            node.put("thoughtsTokenCount", thoughts);
        }
        if (usage.getCachedInputTokens() > 0) {
            node.put("cachedContentTokenCount", usage.getCachedInputTokens());
        }
        detail(node, "promptTokensDetails", "AUDIO", usage.getAudioInputTokens());
        detail(node, "promptTokensDetails", "IMAGE", usage.getImageInputTokens());
        detail(node, "candidatesTokensDetails", "AUDIO", usage.getAudioOutputTokens());
        return node;
    }

    private static void detail(ObjectNode usage, String list, String modality, long tokens) {
        if (tokens > 0) {
            usage.withArrayProperty(list).addObject().put("modality", modality).put("tokenCount", tokens);
        }
    }

    static ObjectNode logprobs(List<TokenLogprob> tokens) {
        var result = object();
        var chosen = result.putArray("chosenCandidates");
        var top = result.putArray("topCandidates");
        for (var token : tokens) {
            chosen.add(logprob(token));
            var alternatives = top.addObject().putArray("candidates");
            token.getTop().forEach(alternative -> alternatives.add(logprob(alternative)));
        }
        return result;
    }

    private static ObjectNode logprob(TokenLogprob token) {
        return object().put("token", token.getToken()).put("logProbability", token.getLogprob());
    }

    /** Whether clients, who read signatures as bytes, can read it. */
    static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static String base64(ByteBuffer data) {
        var bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}

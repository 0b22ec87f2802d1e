package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TokenLogprob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows one choice over its chunks and turns each into deltas: reasoning, then text, refusal, tool calls, media, finish.
 *
 * <p>Members without a common word are kept: they travel as extensions of the last text, thinking, refusal or finish of their chunk, or as
 * items of their own when the chunk has none of these; those that stand beside the delta and not in it carry the prefix
 * {@value #CHOICE_PREFIX}. Extensions of a tool call or of media are members of that call or item itself.
 */
final class ChoiceReader {
    static final String DIALECT = "openai-chat";
    static final String CHOICE_PREFIX = "choice.";

    private static final Set<String> CHOICE_MEMBERS =
            Set.of("index", "delta", "message", "finish_reason", "logprobs", "text");
    private static final Set<String> MESSAGE_MEMBERS = Set.of(
            "role",
            "content",
            "refusal",
            "tool_calls",
            "function_call",
            "reasoning_content",
            "reasoning",
            "audio",
            "images");

    private final int index;
    private final ToolCallReader tools = new ToolCallReader();
    private @Nullable FinishReason finish;
    private @Nullable String malformed;

    ChoiceReader(int index) {
        this.index = index;
    }

    /** Why the choice stopped; null while it goes on. */
    @Nullable
    FinishReason finish() {
        return finish;
    }

    /** Appends the deltas of {@code choice}; returns what is malformed, or null. */
    @Nullable
    String read(JsonNode choice, JsonNode message, List<Delta> out) {
        int start = out.size();
        malformed = null;
        var logprobs = choice.path("logprobs");
        reasoning(message, out);
        content(message.path("content"), LogprobReader.read(logprobs.path("content")), out);
        refusal(message.path("refusal"), LogprobReader.read(logprobs.path("refusal")), out);
        toolCalls(message, out);
        media(message, out);
        finish(choice.path("finish_reason"), out);
        attach(extensions(choice, message), start, out);
        return malformed;
    }

    private void add(List<Delta> out, Object content) {
        out.add(new Delta(index, content, Map.of()));
    }

    private void reasoning(JsonNode message, List<Delta> out) {
        var text = message.path("reasoning_content");
        if (!text.isTextual() || text.asText().isEmpty()) {
            text = message.path("reasoning");
        }
        if (text.isTextual() && !text.asText().isEmpty()) {
            add(out, reasoning(text.asText()));
        }
    }

    private static ReasoningDelta reasoning(String text) {
        return new ReasoningDelta(text, null, null, null, false);
    }

    private void content(JsonNode content, List<TokenLogprob> logprobs, List<Delta> out) {
        if (content.isTextual() && (!content.asText().isEmpty() || !logprobs.isEmpty())) {
            add(out, new TextDelta(content.asText(), logprobs));
        } else if (content.isArray()) {
            content.forEach(part -> contentPart(part, out));
        } else if (!content.isTextual() && !content.isNull() && !content.isMissingNode()) {
            malformed = "content";
        }
    }

    private void contentPart(JsonNode part, List<Delta> out) {
        switch (part.path("type").asText()) {
            case "text", "output_text" -> {
                if (!part.path("text").asText().isEmpty()) {
                    add(out, new TextDelta(part.path("text").asText(), List.of()));
                }
            }
            case "thinking" -> thinking(part.path("thinking"), out);
            case "refusal" -> add(out, new RefusalDelta(part.path("refusal").asText(), List.of()));
            default ->
                add(out, new ItemDelta(DIALECT, "content." + part.path("type").asText("part"), part.toString()));
        }
    }

    private void thinking(JsonNode thinking, List<Delta> out) {
        var text = new StringBuilder();
        if (thinking.isTextual()) {
            text.append(thinking.asText());
        }
        thinking.forEach(piece -> text.append(piece.path("text").asText()));
        if (!text.isEmpty()) {
            add(out, reasoning(text.toString()));
        }
    }

    private void refusal(JsonNode refusal, List<TokenLogprob> logprobs, List<Delta> out) {
        if (refusal.isTextual() && !refusal.asText().isEmpty()) {
            add(out, new RefusalDelta(refusal.asText(), logprobs));
        }
    }

    private void toolCalls(JsonNode message, List<Delta> out) {
        var calls = message.path("tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            var piece = tools.read(calls.path(i), i);
            if (piece == null) {
                malformed = "tool_calls[" + i + "]";
                return;
            }
            out.add(new Delta(index, piece.delta(), piece.extensions()));
        }
        if (message.path("function_call").isObject()) {
            add(out, tools.readFunctionCall(message.path("function_call")));
        }
    }

    private void media(JsonNode message, List<Delta> out) {
        var audio = message.path("audio");
        if (audio.isObject()) {
            var delta = MediaReader.audio(audio);
            malformed = delta == null ? "audio.data" : malformed;
            if (delta != null) {
                out.add(new Delta(index, delta, members(audio, Set.of("data", "transcript"), "")));
            }
        }
        for (var image : message.path("images")) {
            var delta = MediaReader.image(image.path("image_url").path("url").asText());
            malformed = delta == null ? "images" : malformed;
            if (delta != null) {
                out.add(new Delta(index, delta, members(image, Set.of("type", "image_url"), "")));
            }
        }
    }

    /** Some vendors say it twice; the first one counts, unless the second one is an error. */
    private void finish(JsonNode word, List<Delta> out) {
        if (!word.isTextual() || word.asText().isEmpty()) {
            return;
        }
        var reason = FinishWords.reason(word.asText());
        if (finish == null || (reason == FinishReason.ERROR && finish != reason)) {
            finish = reason;
            add(out, new FinishDelta(reason, word.asText()));
        }
    }

    private static Map<String, String> extensions(JsonNode choice, JsonNode message) {
        var extensions = members(message, MESSAGE_MEMBERS, "");
        var role = message.path("role").asText("assistant");
        if (!role.equals("assistant") && !role.isEmpty()) {
            extensions.put("role", message.path("role").toString());
        }
        extensions.putAll(members(choice, CHOICE_MEMBERS, CHOICE_PREFIX));
        return extensions;
    }

    private static Map<String, String> members(JsonNode node, Set<String> known, String prefix) {
        var members = new LinkedHashMap<String, String>();
        node.properties().forEach(member -> {
            var value = member.getValue();
            boolean empty = value.isNull() || (value.isContainerNode() && value.isEmpty());
            if (!known.contains(member.getKey()) && !empty) {
                members.put(prefix + member.getKey(), value.toString());
            }
        });
        return members;
    }

    private void attach(Map<String, String> extensions, int start, List<Delta> out) {
        if (extensions.isEmpty()) {
            return;
        }
        for (int i = out.size() - 1; i >= start; i--) {
            var delta = out.get(i);
            switch (delta.getContent()) {
                case TextDelta _, ReasoningDelta _, RefusalDelta _, FinishDelta _ -> {
                    out.set(i, new Delta(index, delta.getContent(), extensions));
                    return;
                }
                default -> {}
            }
        }
        extensions.forEach((name, json) -> add(out, new ItemDelta(DIALECT, name, json)));
    }
}

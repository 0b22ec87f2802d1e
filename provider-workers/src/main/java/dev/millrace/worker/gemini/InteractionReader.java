package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.avro.Usage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an interaction, as one object or as the events of one. Complete when it has come to an end of its own: {@code completed},
 * {@code requires_action}, {@code incomplete}, {@code failed} or {@code cancelled}. A step or a delta without a common word becomes an item of
 * type {@value #PREFIX} and its type.
 *
 * @see <a href="https://ai.google.dev/api/interactions-api">Interactions</a>
 */
final class InteractionReader implements ReplyReader {
    static final String PREFIX = "interaction.";

    private static final Set<String> CONTENT = Set.of("steps", "usage", "status", "outputs");

    private final Extras extras;
    private final Map<Integer, Integer> callsByStep = new HashMap<>();
    private List<Delta> deltas = new ArrayList<>();
    private int calls;
    private boolean ended;
    private @Nullable Usage usage;

    InteractionReader(int maxExtraChars) {
        this.extras = new Extras(maxExtraChars, CONTENT);
    }

    @Override
    public @Nullable String read(JsonNode object) {
        if (!object.isObject()) {
            return "not an object";
        }
        int index = object.path("index").asInt();
        return switch (object.path("event_type").asText("")) {
            case "" -> whole(object);
            case "interaction.created" -> {
                extras.read(object.path("interaction"));
                yield null;
            }
            case "interaction.completed" -> {
                end(object.path("interaction"));
                yield null;
            }
            case "step.start" -> step(index, object.path("step"));
            case "step.delta" -> delta(index, object.path("delta"));
            default -> null; // a status in between, the end of a step, or what is not known yet
        };
    }

    private @Nullable String whole(JsonNode interaction) {
        var steps = interaction.path("steps");
        if (!steps.isArray()) {
            return "steps";
        }
        for (int i = 0; i < steps.size(); i++) {
            var malformed = step(i, steps.path(i));
            if (malformed != null) {
                return "steps[" + i + "]." + malformed;
            }
        }
        end(interaction);
        return null;
    }

    private void add(Object content) {
        deltas.add(new Delta(0, content, Map.of()));
    }

    private @Nullable String step(int index, JsonNode step) {
        switch (step.path("type").asText("")) {
            case "thought" -> {
                for (var part : step.path("summary")) {
                    add(new ReasoningDelta(part.path("text").asText(""), null, null, null, true));
                }
                signature(step);
            }
            case "model_output" -> {
                for (var part : step.path("content")) {
                    var malformed = delta(index, part);
                    if (malformed != null) {
                        return malformed;
                    }
                }
            }
            case "function_call" -> {
                if (step.path("id").asText("").isEmpty()) {
                    return "id";
                }
                call(index, step);
            }
            default -> item(step);
        }
        return null;
    }

    private void call(int index, JsonNode step) {
        callsByStep.put(index, calls);
        var arguments = step.path("arguments");
        var signature = step.path("signature").asText("");
        add(new ToolCallDelta(
                calls++,
                step.path("id").asText(),
                step.path("name").asText(""),
                arguments.isEmpty() ? "" : arguments.toString(),
                "function",
                signature.isEmpty() ? null : signature));
    }

    private @Nullable String delta(int index, JsonNode delta) {
        switch (delta.path("type").asText("")) {
            case "text" -> {
                if (!delta.path("text").asText("").isEmpty()) {
                    add(new TextDelta(delta.path("text").asText(), List.of()));
                }
                annotations(delta);
            }
            case "text_annotation_delta" -> annotations(delta);
            case "thought_summary" ->
                add(new ReasoningDelta(delta.path("content").path("text").asText(""), null, null, null, true));
            case "thought_signature" -> signature(delta);
            case "arguments_delta" -> {
                var call = callsByStep.get(index);
                if (call == null) {
                    return "index";
                }
                add(new ToolCallDelta(call, null, null, delta.path("arguments").asText(""), null, null));
            }
            case "image", "audio", "video" -> {
                return media(delta);
            }
            default -> {
                if (delta.has("annotations")) {
                    annotations(delta);
                } else {
                    item(delta);
                }
            }
        }
        return null;
    }

    private void signature(JsonNode node) {
        var signature = node.path("signature").asText("");
        if (!signature.isEmpty()) {
            add(new ReasoningDelta("", null, signature, null, false));
        }
    }

    private void annotations(JsonNode node) {
        if (!node.path("annotations").isEmpty()) {
            add(new ItemDelta(
                    CandidateReader.DIALECT,
                    PREFIX + "annotations",
                    node.path("annotations").toString()));
        }
    }

    private void item(JsonNode node) {
        add(new ItemDelta(CandidateReader.DIALECT, PREFIX + node.path("type").asText("step"), node.toString()));
    }

    private @Nullable String media(JsonNode media) {
        var type = media.path("mime_type").asText("");
        var kind = MediaTypes.kind(type.isEmpty() ? media.path("type").asText() + "/" : type);
        if (media.has("uri")) {
            add(new MediaDelta(kind, type, null, media.path("uri").asText(), null, true));
            return null;
        }
        try {
            var bytes = ByteBuffer.wrap(
                    Base64.getDecoder().decode(media.path("data").asText()));
            add(new MediaDelta(kind, type, bytes, null, null, true));
            return null;
        } catch (IllegalArgumentException e) {
            return "data";
        }
    }

    private void end(JsonNode interaction) {
        extras.read(interaction);
        usage = usage(interaction.path("usage"));
        var status = interaction.path("status").asText("");
        if (ended || status.isEmpty() || status.equals("in_progress")) {
            return;
        }
        ended = true;
        var reason = switch (status) {
            case "completed" -> calls > 0 ? FinishReason.TOOL_CALLS : FinishReason.STOP;
            case "requires_action" -> FinishReason.TOOL_CALLS;
            case "incomplete" -> FinishReason.LENGTH;
            case "failed", "cancelled" -> FinishReason.ERROR;
            default -> FinishReason.OTHER;
        };
        add(new FinishDelta(reason, status));
    }

    /** Thoughts stand outside the output, prompts of tools outside the input, as in the dialect's other API. */
    private static @Nullable Usage usage(JsonNode usage) {
        if (!usage.has("total_input_tokens")) {
            return null;
        }
        long thoughts = UsageReader.count(usage.path("total_thought_tokens"));
        return Usage.newBuilder()
                .setInputTokens(usage.path("total_input_tokens").asLong()
                        + usage.path("total_tool_use_tokens").asLong())
                .setOutputTokens(usage.path("total_output_tokens").asLong() + Math.max(0, thoughts))
                .setCachedInputTokens(UsageReader.count(usage.path("total_cached_tokens")))
                .setReasoningTokens(thoughts)
                .setAudioInputTokens(modality(usage.path("input_tokens_by_modality"), "audio"))
                .setImageInputTokens(modality(usage.path("input_tokens_by_modality"), "image"))
                .setAudioOutputTokens(modality(usage.path("output_tokens_by_modality"), "audio"))
                .setVendorJson(usage.toString())
                .build();
    }

    private static long modality(JsonNode list, String modality) {
        for (var entry : list) {
            if (entry.path("modality").asText().equals(modality)) {
                return entry.path("tokens").asLong();
            }
        }
        return -1;
    }

    @Override
    public boolean complete() {
        return ended;
    }

    @Override
    public List<Delta> take() {
        if (deltas.isEmpty()) {
            return List.of();
        }
        var taken = deltas;
        deltas = new ArrayList<>();
        return taken;
    }

    @Override
    public @Nullable Usage usage() {
        return usage;
    }

    @Override
    public Map<String, String> vendor() {
        return extras.values();
    }
}

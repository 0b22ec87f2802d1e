package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the content blocks of a message and turns them into deltas. Calls of the client's tools have common words; calls of the vendor's
 * own tools and their results are put together and carried as items.
 */
final class StreamedBlocks {
    private static final int MAX_BLOCKS = 10_000;
    private static final Set<String> CALL_MEMBERS = Set.of("toolUseId", "name", "input", "type");

    private final int maxCarriedBytes;
    private final Map<Integer, Open> open = new HashMap<>();
    private int calls;
    private int blocks;

    /** A block that began and goes on. */
    private sealed interface Open {
        /** @param argued whether a part of the arguments came */
        record Call(int index, boolean argued) implements Open {}

        record Carried(CarriedBlock block) implements Open {}

        record Picture(String format) implements Open {}
    }

    StreamedBlocks(int maxCarriedBytes) {
        this.maxCarriedBytes = maxCarriedBytes;
    }

    /** Reads {@code contentBlockStart}; returns what is malformed, or null. */
    @Nullable
    String start(int index, JsonNode start, List<Delta> out) {
        if (++blocks > MAX_BLOCKS) {
            return "more than " + MAX_BLOCKS + " blocks";
        }
        if (start.path("toolUse").isObject() && !isServerTool(start.path("toolUse"))) {
            return call(index, start.path("toolUse"), out);
        }
        if (start.path("image").isObject()) {
            open.put(index, new Open.Picture(start.path("image").path("format").asText()));
        } else if (start.isObject() && !start.isEmpty()) {
            var member = start.properties().iterator().next();
            open.put(index, new Open.Carried(new CarriedBlock(member.getKey(), member.getValue(), maxCarriedBytes)));
        }
        return null;
    }

    private static boolean isServerTool(JsonNode toolUse) {
        return toolUse.path("type").asText().equals("server_tool_use");
    }

    private @Nullable String call(int index, JsonNode toolUse, List<Delta> out) {
        if (!toolUse.path("toolUseId").isTextual() || !toolUse.path("name").isTextual()) {
            return "toolUseId or name";
        }
        var input = toolUse.path("input");
        boolean argued = input.isObject() && !input.isEmpty();
        open.put(index, new Open.Call(calls, argued));
        var delta = new ToolCallDelta(
                calls++,
                toolUse.path("toolUseId").asText(),
                toolUse.path("name").asText(),
                argued ? input.toString() : "",
                "function",
                null);
        out.add(new Delta(0, delta, CarriedBlock.members(toolUse, CALL_MEMBERS)));
        return null;
    }

    /** Reads {@code contentBlockDelta}; returns what is malformed, or null. */
    @Nullable
    String delta(int index, JsonNode delta, List<Delta> out) {
        if (!delta.isObject()) {
            return "delta";
        }
        var began = open.get(index);
        for (var member : delta.properties()) {
            var problem = began instanceof Open.Carried(var block)
                    ? block.add(member.getKey(), member.getValue())
                    : piece(index, began, member.getKey(), member.getValue(), out);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private @Nullable String piece(int index, @Nullable Open began, String name, JsonNode value, List<Delta> out) {
        switch (name) {
            case "text" -> text(value.asText(), out);
            case "reasoningContent" -> reasoning(value, out);
            case "citation" -> out.add(Emitted.item(Emitted.CITATION, value));
            case "toolUse" -> {
                if (!(began instanceof Open.Call(var call, var _))) {
                    return "toolUse without a start";
                }
                var piece = value.path("input").asText();
                if (!piece.isEmpty()) {
                    open.put(index, new Open.Call(call, true));
                    out.add(Emitted.delta(new ToolCallDelta(call, null, null, piece, null, null)));
                }
            }
            case "image" -> {
                var format = began instanceof Open.Picture(var word) ? word : "";
                return value.path("source").isObject()
                        ? media(MediaKind.IMAGE, format, value.path("source"), false, out)
                        : null;
            }
            default -> out.add(Emitted.item(Emitted.DELTA_PREFIX + name, value));
        }
        return null;
    }

    /** Reads {@code contentBlockStop}; returns what is malformed, or null. */
    @Nullable
    String stop(int index, List<Delta> out) {
        return switch (open.remove(index)) {
            case Open.Call(var call, var argued) -> {
                if (!argued) {
                    out.add(Emitted.delta(new ToolCallDelta(call, null, null, "{}", null, null)));
                }
                yield null;
            }
            case Open.Carried(var block) -> block.end(out);
            case Open.Picture(var format) -> media(MediaKind.IMAGE, format, MissingNode.getInstance(), true, out);
            case null -> null;
        };
    }

    /** Reads a block of a whole message; returns what is malformed, or null. */
    @Nullable
    String whole(JsonNode block, List<Delta> out) {
        for (var member : block.properties()) {
            var problem = whole(member.getKey(), member.getValue(), out);
            if (problem != null) {
                return problem;
            }
        }
        return block.isObject() ? null : "not an object";
    }

    private @Nullable String whole(String name, JsonNode value, List<Delta> out) {
        switch (name) {
            case "text" -> text(value.asText(), out);
            case "reasoningContent" -> {
                reasoning(value.path("reasoningText"), out);
                reasoning(value, out);
            }
            case "citationsContent" -> {
                value.path("content").forEach(piece -> text(piece.path("text").asText(), out));
                value.path("citations").forEach(citation -> out.add(Emitted.item(Emitted.CITATION, citation)));
            }
            case "toolUse" -> {
                if (isServerTool(value)) {
                    out.add(Emitted.block(name, value));
                    return null;
                }
                return wholeCall(value, out);
            }
            case "image" -> {
                return media(MediaKind.IMAGE, value, out);
            }
            case "video" -> {
                return media(MediaKind.VIDEO, value, out);
            }
            case "audio" -> {
                return media(MediaKind.AUDIO, value, out);
            }
            default -> out.add(Emitted.block(name, value));
        }
        return null;
    }

    private @Nullable String wholeCall(JsonNode toolUse, List<Delta> out) {
        var problem = call(-1, toolUse, out);
        return problem == null ? stop(-1, out) : problem;
    }

    private static @Nullable String media(MediaKind kind, JsonNode block, List<Delta> out) {
        return media(kind, block.path("format").asText(), block.path("source"), true, out);
    }

    private static @Nullable String media(
            MediaKind kind, String format, JsonNode source, boolean last, List<Delta> out) {
        var delta = Emitted.media(kind, format, source, last);
        if (delta == null) {
            return "bytes are not base64";
        }
        out.add(delta);
        return null;
    }

    private static void text(String text, List<Delta> out) {
        if (!text.isEmpty()) {
            out.add(Emitted.delta(new TextDelta(text, List.of())));
        }
    }

    private static void reasoning(JsonNode value, List<Delta> out) {
        var text = value.path("text").asText();
        var signature = word(value.path("signature"));
        var encrypted = word(value.path("redactedContent"));
        if (!text.isEmpty() || signature != null || encrypted != null) {
            out.add(Emitted.delta(new ReasoningDelta(text, null, signature, encrypted, false)));
        }
    }

    private static @Nullable String word(JsonNode node) {
        return node.isTextual() && !node.asText().isEmpty() ? node.asText() : null;
    }
}

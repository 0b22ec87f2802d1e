package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.ToolCallDelta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the tool calls of one choice over its chunks.
 *
 * <p>Id and name are emitted once. Vendors differ afterwards: they leave both out, repeat them, or send empty ones; none of that changes a
 * call. Some send every parallel call under the same index, or no index at all, and tell them apart by a new id: each gets an index
 * of its own here.
 */
final class ToolCallReader {
    private static final Set<String> KNOWN = Set.of("index", "id", "type", "function", "custom");
    private static final int MAX_CALLS = 1024;
    private static final int NEW = -1;

    private final Map<Integer, Integer> currentByVendorIndex = new HashMap<>();
    private final List<String> ids = new ArrayList<>();

    /** One piece and the members beside it. */
    record Piece(ToolCallDelta delta, Map<String, String> extensions) {}

    /** Reads an element of {@code tool_calls}; null when it is not an object or there are too many calls. */
    @Nullable
    Piece read(JsonNode call, int position) {
        if (!call.isObject()) {
            return null;
        }
        var body = call.path("function").isObject() ? call.path("function") : call.path("custom");
        var id = text(call.path("id"));
        var name = text(body.path("name"));
        int vendorIndex = call.path("index").asInt(call.has("index") ? position : implied(id, position));
        int known = currentByVendorIndex.getOrDefault(vendorIndex, NEW);
        boolean starts = known == NEW || (id != null && name != null && isOther(known, id));
        int index = starts ? ids.size() : known;
        if (starts) {
            if (ids.size() == MAX_CALLS) {
                return null;
            }
            ids.add(id == null ? "" : id);
            currentByVendorIndex.put(vendorIndex, index);
        }
        boolean lateId = !starts && id != null && ids.get(index).isEmpty();
        if (lateId) {
            ids.set(index, id);
        }
        var delta = new ToolCallDelta(
                index,
                starts || lateId ? id : null,
                starts ? name : null,
                arguments(body),
                starts ? type(call) : null,
                null);
        return new Piece(delta, extensions(call));
    }

    /** The old form with one call and no id. */
    ToolCallDelta readFunctionCall(JsonNode call) {
        boolean starts = ids.isEmpty();
        if (starts) {
            ids.add("");
        }
        return new ToolCallDelta(
                0,
                null,
                starts ? text(call.path("name")) : null,
                arguments(call),
                starts ? "function_call" : null,
                null);
    }

    private boolean isOther(int known, String id) {
        var present = ids.get(known);
        return !present.isEmpty() && !present.equals(id);
    }

    /** Without an index, a piece with an id begins the next call and one without belongs to the last. */
    private int implied(@Nullable String id, int position) {
        if (id != null && !ids.contains(id)) {
            return Math.max(position, ids.size());
        }
        return id != null ? ids.indexOf(id) : Math.max(0, ids.size() - 1);
    }

    private static String type(JsonNode call) {
        var type = text(call.path("type"));
        return type == null ? "function" : type;
    }

    /** Some servers send the arguments as an object instead of its text. */
    private static String arguments(JsonNode body) {
        var arguments = body.has("arguments") ? body.path("arguments") : body.path("input");
        if (arguments.isTextual()) {
            return arguments.asText();
        }
        return arguments.isContainerNode() ? arguments.toString() : "";
    }

    private static Map<String, String> extensions(JsonNode call) {
        var extensions = new LinkedHashMap<String, String>();
        call.properties().forEach(member -> {
            if (!KNOWN.contains(member.getKey()) && !member.getValue().isNull()) {
                extensions.put(member.getKey(), member.getValue().toString());
            }
        });
        return extensions;
    }

    private static @Nullable String text(JsonNode node) {
        return node.isTextual() && !node.asText().isEmpty() ? node.asText() : null;
    }
}

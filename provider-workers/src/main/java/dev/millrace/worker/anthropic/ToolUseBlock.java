package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ToolCallDelta;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A call of one of the client's tools. Its arguments are a JSON object even when the vendor sends none. */
final class ToolUseBlock implements OpenBlock {
    private static final Set<String> KNOWN = Set.of("type", "id", "name", "input");

    private final int index;
    private boolean argued;

    /** @param index of the call among the calls of the message */
    ToolUseBlock(int index) {
        this.index = index;
    }

    @Override
    public @Nullable String start(JsonNode block, List<Delta> out) {
        var id = block.path("id");
        var name = block.path("name");
        if (!id.isTextual() || !name.isTextual()) {
            return "id or name";
        }
        var input = block.path("input");
        argued = input.isObject() && !input.isEmpty();
        var call =
                new ToolCallDelta(index, id.asText(), name.asText(), argued ? input.toString() : "", "function", null);
        out.add(new Delta(0, call, OpenBlock.members(block, KNOWN)));
        return null;
    }

    @Override
    public @Nullable String delta(JsonNode delta, List<Delta> out) {
        var type = delta.path("type").asText();
        if (!type.equals("input_json_delta")) {
            out.add(Emitted.item(Emitted.DELTA_PREFIX + type, delta));
            return null;
        }
        var piece = delta.path("partial_json").asText();
        if (!piece.isEmpty()) {
            argued = true;
            out.add(new Delta(0, new ToolCallDelta(index, null, null, piece, null, null), Map.of()));
        }
        return null;
    }

    @Override
    public @Nullable String stop(List<Delta> out) {
        if (!argued) {
            out.add(new Delta(0, new ToolCallDelta(index, null, null, "{}", null, null), Map.of()));
        }
        return null;
    }
}

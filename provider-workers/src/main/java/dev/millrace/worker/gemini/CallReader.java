package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ToolCallDelta;
import org.jspecify.annotations.Nullable;

/** Follows the function calls of one candidate; each comes out whole, also when its arguments came in pieces. */
final class CallReader {
    private static final int MAX_CALLS = 1024;

    private final int candidate;
    private int calls;
    private @Nullable Open open;

    CallReader(int candidate) {
        this.candidate = candidate;
    }

    private record Open(String id, String name, @Nullable String signature, PartialArguments arguments) {}

    /** What a part with a function call came to. */
    sealed interface Step {
        /** A whole call. */
        record Called(ToolCallDelta call) implements Step {}

        /** More of the call is to come. */
        record Pending() implements Step {}

        /** Not a call of the dialect. */
        record Broken() implements Step {}
    }

    /**
     * Reads one part.
     *
     * @param reply stands for the reply in the ids of calls without one
     */
    Step read(JsonNode part, String reply) {
        var call = part.path("functionCall");
        var pending = open;
        boolean starts = pending == null || !call.path("name").asText("").isEmpty();
        if (starts && (calls == MAX_CALLS || !call.isObject())) {
            return new Step.Broken();
        }
        var continued = starts || pending == null ? begin(part, call, reply) : pending;
        if (call.path("args") instanceof ObjectNode arguments) {
            continued.arguments().addAll(arguments);
        }
        for (var piece : call.path("partialArgs")) {
            if (!continued.arguments().add(piece)) {
                return new Step.Broken();
            }
        }
        if (call.path("willContinue").asBoolean()) {
            open = continued;
            return new Step.Pending();
        }
        open = null;
        return new Step.Called(delta(continued));
    }

    private Open begin(JsonNode part, JsonNode call, String reply) {
        var given = call.path("id").asText("");
        var id = given.isEmpty() ? CallIds.of(reply, candidate, calls) : given;
        var signature = part.path("thoughtSignature").asText(null);
        return new Open(id, call.path("name").asText(""), signature, new PartialArguments());
    }

    private ToolCallDelta delta(Open call) {
        return new ToolCallDelta(
                calls++, call.id(), call.name(), call.arguments().complete().toString(), "function", call.signature());
    }

    /** Whether at least one whole call came. */
    boolean called() {
        return calls > 0;
    }

    /** Removes and returns what came of a call that never ended, as a part; null when there is none. */
    @Nullable
    JsonNode unfinished() {
        var rest = open;
        if (rest == null) {
            return null;
        }
        open = null;
        var part = JsonNodeFactory.instance.objectNode();
        part.putObject("functionCall")
                .put("name", rest.name())
                .set("args", rest.arguments().complete());
        return part;
    }
}

package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.egress.responses.OutputPart.Kind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One item of the output: the object as it stands, and the part that is open. Not thread-safe. */
final class OutputItem {
    final int index;
    final ObjectNode node;

    /** Whether the vendor spoke this dialect, so that its items' bounds are known. */
    final boolean restored;

    private final Map<String, Integer> counts = new HashMap<>();
    private final StringBuilder arguments = new StringBuilder();
    private @Nullable OutputPart part;
    private boolean closed;

    OutputItem(int index, ObjectNode node, boolean restored) {
        this.index = index;
        this.node = node;
        this.restored = restored;
    }

    String id() {
        return node.path("id").asText();
    }

    String type() {
        return node.path("type").asText();
    }

    @Nullable
    OutputPart part() {
        return part;
    }

    OutputPart open(Kind kind) {
        var opened = new OutputPart(kind, counts.merge(kind.list, 1, Integer::sum) - 1);
        part = opened;
        return opened;
    }

    /** Puts the open part into its list. */
    void closePart() {
        var open = part;
        if (open != null) {
            node.withArrayProperty(open.kind.list).add(open.node());
            part = null;
        }
    }

    void appendArguments(String piece) {
        arguments.append(piece);
    }

    String arguments() {
        return arguments.toString();
    }

    /** Member that holds what a call is given; null for an item that is no call. */
    @Nullable
    String argumentsName() {
        return switch (type()) {
            case "function_call" -> "arguments";
            case "custom_tool_call" -> "input";
            default -> null;
        };
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
    }

    /** The item as it stands, open part included; a copy. */
    ObjectNode snapshot() {
        var copy = node.deepCopy();
        var open = part;
        if (open != null) {
            copy.withArrayProperty(open.kind.list).add(open.node().deepCopy());
        }
        var name = argumentsName();
        if (name != null) {
            copy.put(name, arguments.toString());
        }
        return copy;
    }
}

package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.dialect.Marks;
import dev.millrace.worker.provider.RenderProblems;
import java.util.Map;
import java.util.Set;

/**
 * Decides about members that have no common word. What Bedrock's own or no dialect brought along goes on to the vendor; of another dialect
 * those with Bedrock's own names do, and the rest is refused by name.
 */
record Members(RenderProblems problems, String dialect) {
    private static final Set<String> OPEN = Set.of(Emitted.DIALECT, "native", "topic");

    /** Whether members of the request are meant for this vendor. */
    boolean open() {
        return OPEN.contains(dialect);
    }

    /**
     * Adds members to an object.
     *
     * @param keptBack never added
     * @param ours names that any dialect may use
     */
    void merge(ObjectNode into, Map<String, String> members, Set<String> keptBack, Set<String> ours, String param) {
        for (var member : members.entrySet()) {
            var name = member.getKey();
            if (keptBack.contains(name) || Marks.isMark(name)) {
                continue;
            }
            if (open() || ours.contains(name)) {
                problems.merge(into, Map.of(name, member.getValue()), keptBack, param);
            } else {
                refuse(param + "." + name);
            }
        }
    }

    void refuse(String param) {
        refuse(param, "Bedrock's Converse API has no counterpart for a member of dialect " + dialect);
    }

    void refuse(String param, String message) {
        problems.add(param, param + ": " + message);
    }
}

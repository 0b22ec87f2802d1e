package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.dialect.Marks;
import dev.millrace.worker.provider.RenderProblems;
import java.util.Map;
import java.util.Set;

/**
 * Decides about members that have no common word: what Cohere's own or no dialect brought along goes on to the vendor; of another dialect
 * those with Cohere's own names do, and the rest is refused by name.
 */
record Members(RenderProblems problems, String dialect) {
    private static final Set<String> OPEN = Set.of(MessageReader.DIALECT, "native", "topic");

    boolean open() {
        return OPEN.contains(dialect);
    }

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
        refuse(param, "Cohere has no counterpart for a member of dialect " + dialect);
    }

    void refuse(String param, String message) {
        problems.add(param, param + ": " + message);
    }
}

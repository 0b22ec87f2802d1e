package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.dialect.Marks;
import dev.millrace.worker.provider.RenderProblems;
import java.util.Map;
import java.util.Set;

/**
 * Decides about members that have no common word. What this dialect, or no dialect, brought along goes on to the vendor. Of another
 * dialect's members those with Anthropic's own names do, marks are left out, and the rest has no meaning here and is refused by name.
 */
final class Members {
    /** Dialects whose members are Anthropic's. */
    private static final Set<String> OPEN = Set.of("anthropic-messages", Emitted.DIALECT, "native", "topic");

    private final RenderProblems problems;
    private final String dialect;

    Members(RenderProblems problems, String dialect) {
        this.problems = problems;
        this.dialect = dialect;
    }

    RenderProblems problems() {
        return problems;
    }

    /** Whether the request came in Anthropic's own dialect. */
    boolean sameDialect() {
        return dialect.equals("anthropic-messages");
    }

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
            if (keptBack.contains(member.getKey()) || Marks.isMark(member.getKey())) {
                continue;
            }
            if (open() || ours.contains(member.getKey())) {
                problems.merge(into, Map.of(member.getKey(), member.getValue()), keptBack, param);
            } else {
                refuse(param + "." + member.getKey());
            }
        }
    }

    /** Refuses members that another dialect brought along; its marks ask for nothing. */
    void refuseAll(Map<String, String> names, String param) {
        names.keySet().stream().filter(name -> !Marks.isMark(name)).forEach(name -> refuse(param + "." + name));
    }

    void refuse(String param) {
        problems.add(param, param + ": Anthropic's Messages API has no counterpart for a member of dialect " + dialect);
    }
}

package dev.millrace.ingress.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.ingress.json.Mistake;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;

/** Gives members in snake case their camel-case names, as the vendor's own parser does; what the caller's data names stays. */
final class CamelCase {
    /** Their members are the caller's, not the dialect's. */
    private static final Set<String> FREE = Set.of(
            "args",
            "response",
            "parameters",
            "parametersJsonSchema",
            "responseSchema",
            "responseJsonSchema",
            "labels",
            "partMetadata",
            "customMetadata",
            "millrace",
            "local");

    private CamelCase() {}

    /** Renames in place; refuses a member that is there under both names. */
    static void apply(JsonNode node) {
        if (node.isArray()) {
            node.forEach(CamelCase::apply);
        } else if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> member : new ArrayList<>(object.properties())) {
                var name = camel(member.getKey());
                if (!name.equals(member.getKey())) {
                    if (object.has(name)) {
                        throw Mistake.invalid(name, "Invalid '" + name + "': it is there twice, in two spellings.");
                    }
                    object.remove(member.getKey());
                    object.set(name, member.getValue());
                }
                if (!FREE.contains(name)) {
                    apply(member.getValue());
                }
            }
        }
    }

    private static String camel(String name) {
        int at = name.indexOf('_');
        if (at <= 0 || at == name.length() - 1) {
            return name;
        }
        var camel = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean lifts = c == '_' && i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1));
            camel.append(lifts ? Character.toUpperCase(name.charAt(++i)) : c);
        }
        return camel.toString();
    }
}

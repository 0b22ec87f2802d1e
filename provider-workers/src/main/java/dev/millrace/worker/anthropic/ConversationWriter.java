package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Message;
import dev.millrace.avro.Part;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.ToolResultPart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code system} and {@code messages}.
 *
 * <p>Instructions of whatever role go to {@code system}, in their order; only this dialect's own clients may place one inside the conversation.
 * Neighbours of one role become one message, tool results first, because the API wants all results of a turn together and before
 * anything else; a conversation in this dialect keeps the division it came with.
 */
final class ConversationWriter {
    private static final Set<String> OWN = Set.of("role", "content");

    /** What clients of other dialects send back of an answer and what means nothing to the model. */
    private static final Set<String> ECHOED =
            Set.of("reasoning_content", "reasoning", "reasoning_details", "annotations", "items", "refusal");

    private final Members members;
    private final BlockWriter blocks;
    private final ArrayNode system = JsonNodeFactory.instance.arrayNode();
    private final ArrayNode messages = JsonNodeFactory.instance.arrayNode();

    ConversationWriter(Members members, BlockWriter blocks) {
        this.members = members;
        this.blocks = blocks;
    }

    void write(List<Message> conversation, ObjectNode body) {
        for (int i = 0; i < conversation.size(); i++) {
            message(conversation.get(i), i);
        }
        if (!system.isEmpty()) {
            body.set("system", system);
        }
        if (messages.isEmpty()) {
            members.problems().add("messages", "messages: there must be one beside the instructions");
        }
        body.set("messages", messages);
    }

    private void message(Message message, int number) {
        var param = "messages[" + number + "]";
        if (message.getName() != null && !message.getRole().equals("tool")) {
            members.problems().add(param + ".name", param + ".name: a participant's name has no counterpart");
        }
        switch (message.getRole()) {
            case "system", "developer" -> {
                if (members.sameDialect() && number > 0) {
                    say("system", message, param);
                } else {
                    write(message.getParts(), param, system);
                    members.refuseAll(message.getExtensions(), param + ".extensions");
                }
            }
            case "assistant" -> say("assistant", message, param);
            case "user", "tool" -> say("user", message, param);
            default ->
                members.problems()
                        .add(param + ".role", param + ".role: '" + message.getRole() + "' has no counterpart");
        }
    }

    private void say(String role, Message message, String param) {
        var results = JsonNodeFactory.instance.arrayNode();
        var content = JsonNodeFactory.instance.arrayNode();
        thoughts(message, content);
        if (members.sameDialect()) {
            write(message.getParts(), param, content);
        } else {
            for (int i = 0; i < message.getParts().size(); i++) {
                var part = message.getParts().get(i);
                boolean first = part.getContent() instanceof ToolResultPart;
                write(part, param + ".parts[" + i + "]", first ? results : content);
            }
        }
        var node = messageOf(role, results.isEmpty() && content.isEmpty());
        if (node != null) {
            join(node, results, content);
            members.merge(
                    node,
                    message.getExtensions(),
                    members.open() ? OWN : union(OWN, ECHOED),
                    Set.of(),
                    param + ".extensions");
        }
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        var all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    /** The message to add to: the last one when it has the role, else a new one; none for content that says nothing. */
    private @Nullable ObjectNode messageOf(String role, boolean empty) {
        if (empty && !members.sameDialect()) {
            return null;
        }
        var last = messages.path(messages.size() - 1);
        if (!members.sameDialect()
                && last instanceof ObjectNode same
                && same.path("role").asText().equals(role)) {
            return same;
        }
        var node = messages.addObject().put("role", role);
        node.putArray("content");
        return node;
    }

    /** Results stand behind those that are there, before everything else. */
    private static void join(ObjectNode message, ArrayNode results, ArrayNode content) {
        var into = message.withArrayProperty("content");
        int at = 0;
        while (at < into.size() && into.path(at).path("type").asText().equals("tool_result")) {
            at++;
        }
        for (JsonNode result : results) {
            into.insert(at++, result);
        }
        into.addAll(content);
    }

    private void write(List<Part> parts, String param, ArrayNode into) {
        for (int i = 0; i < parts.size(); i++) {
            write(parts.get(i), param + ".parts[" + i + "]", into);
        }
    }

    private void write(Part part, String param, ArrayNode into) {
        var block = blocks.write(part, param);
        if (block != null) {
            into.add(block);
        }
    }

    /** The signed thinking that clients of the chat-completions dialect send back in OpenRouter's form. */
    private void thoughts(Message message, ArrayNode into) {
        var json = message.getExtensions().get("reasoning_details");
        if (json == null || members.open()) {
            return;
        }
        var details = members.problems().parse("reasoning_details", json);
        if (details == null) {
            return;
        }
        var words = message.getExtensions().get("reasoning_content");
        var spoken = words == null ? null : members.problems().parse("reasoning_content", words);
        for (var thought : thoughts(details, spoken == null ? "" : spoken.asText())) {
            write(Part.newBuilder().setContent(thought).setExtensions(Map.of()).build(), "reasoning_details", into);
        }
    }

    private static List<ReasoningPart> thoughts(JsonNode details, String spoken) {
        var thoughts = new ArrayList<ReasoningPart>();
        for (var detail : details) {
            var data = detail.path("data");
            var signature = detail.path("signature");
            if (data.isTextual()) {
                thoughts.add(new ReasoningPart("", null, null, data.asText(), false));
            } else if (signature.isTextual() && (detail.has("text") || details.size() == 1)) {
                var text = detail.path("text").asText(spoken);
                thoughts.add(new ReasoningPart(text, null, signature.asText(), null, false));
            }
        }
        return thoughts;
    }
}

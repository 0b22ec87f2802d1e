package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Message;
import dev.millrace.dialect.Marks;
import dev.millrace.worker.provider.RenderProblems;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes the body of a Converse request. One instance per request.
 *
 * <p>Instructions go to {@code system}, in their order. Neighbours of one role become one message, because the API wants roles to alternate and
 * all results of a turn together.
 *
 * @see <a href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html">AWS, Converse</a>
 */
final class ConverseBody {
    /** Members of ours. */
    private static final Set<String> KEPT_BACK =
            Set.of("model", "messages", "system", "stream", "n", "local", "millrace", "stream_options", "modelId");

    /** Converse's own members, which any dialect may bring along. */
    private static final Set<String> OURS = Set.of(
            "guardrailConfig",
            "promptVariables",
            "additionalModelResponseFieldPaths",
            "requestMetadata",
            "performanceConfig",
            "serviceTier");

    /** Members of both that are joined with what is written here. */
    private static final Set<String> JOINED = Set.of("additionalModelRequestFields", "outputConfig");

    /** What clients of other dialects send back of an answer. */
    private static final Set<String> ECHOED = Set.of(
            "role",
            "content",
            "reasoning_content",
            "reasoning",
            "reasoning_details",
            "annotations",
            "items",
            "refusal");

    private static final Pattern METADATA_VALUE = Pattern.compile("[a-zA-Z0-9\\s:_@$#=/+,.-]{0,256}");

    private final Members members;
    private final RenderProblems problems;
    private final ContentWriter content;

    ConverseBody(RenderProblems problems, String dialect) {
        this.problems = problems;
        this.members = new Members(problems, dialect);
        this.content = new ContentWriter(members);
    }

    ObjectNode write(ChatInput chat, String vendorModel) {
        var body = JsonNodeFactory.instance.objectNode();
        messages(chat.getMessages(), body);
        new ToolConfig(members, content).write(chat, body);
        new InferenceConfig(members, vendorModel).write(chat, body);
        chat.getExtensions().forEach((name, json) -> extension(name, json, body));
        return body;
    }

    private void messages(List<Message> conversation, ObjectNode body) {
        var system = JsonNodeFactory.instance.arrayNode();
        var messages = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < conversation.size(); i++) {
            var message = conversation.get(i);
            var param = "messages[" + i + "]";
            if (message.getName() != null && !message.getRole().equals("tool")) {
                members.refuse(param + ".name", "a participant's name has no counterpart");
            }
            switch (message.getRole()) {
                case "system", "developer" -> content.write(message.getParts(), param, system);
                case "assistant" -> say("assistant", message, param, messages);
                case "user", "tool" -> say("user", message, param, messages);
                default -> members.refuse(param + ".role", "'" + message.getRole() + "' has no counterpart");
            }
        }
        if (messages.isEmpty()) {
            members.refuse("messages", "there must be one beside the instructions");
        }
        body.set("messages", messages);
        if (!system.isEmpty()) {
            body.set("system", system);
        }
    }

    private void say(String role, Message message, String param, ArrayNode messages) {
        var blocks = JsonNodeFactory.instance.arrayNode();
        content.write(message.getParts(), param, blocks);
        if (blocks.isEmpty()) {
            return;
        }
        var last = messages.path(messages.size() - 1);
        boolean joins = last.path("role").asText().equals(role);
        var node = joins ? (ObjectNode) last : messages.addObject().put("role", role);
        node.withArrayProperty("content").addAll(blocks);
        members.merge(node, message.getExtensions(), ECHOED, Set.of(), param + ".extensions");
    }

    private void extension(String name, String json, ObjectNode body) {
        if (KEPT_BACK.contains(name) || Marks.isMark(name)) {
            return;
        }
        if (JOINED.contains(name)) {
            if (problems.parse(name, json) instanceof ObjectNode object) {
                join(body.withObjectProperty(name), object);
            } else {
                members.refuse(name, "must be a JSON object");
            }
        } else if (members.open() || OURS.contains(name)) {
            problems.merge(body, Map.of(name, json), KEPT_BACK, "extensions");
        } else {
            translate(name, json, body);
        }
    }

    /** What the request itself says goes before what was derived. */
    private static void join(ObjectNode into, ObjectNode from) {
        from.properties().forEach(member -> {
            if (into.path(member.getKey()) instanceof ObjectNode inner
                    && member.getValue() instanceof ObjectNode more) {
                join(inner, more);
            } else {
                into.set(member.getKey(), member.getValue());
            }
        });
    }

    private void translate(String name, String json, ObjectNode body) {
        JsonNode value = problems.parse(name, json);
        if (value == null) {
            return;
        }
        switch (name) {
            case "service_tier" -> serviceTier(value.asText(), body);
            case "user", "safety_identifier" -> {
                if (METADATA_VALUE.matcher(value.asText()).matches()) {
                    body.withObjectProperty("requestMetadata").put(name, value.asText());
                } else {
                    members.refuse(name, "holds characters that Bedrock's request metadata does not take");
                }
            }
            case "metadata" -> {}
            case "store" -> {
                if (value.asBoolean()) {
                    members.refuse(name);
                }
            }
            case "truncation" -> {
                if (!value.asText().equals("disabled")) {
                    members.refuse(name);
                }
            }
            default -> members.refuse(name);
        }
    }

    private void serviceTier(String tier, ObjectNode body) {
        switch (tier) {
            case "auto" -> {}
            case "default", "priority", "flex", "reserved" ->
                body.putObject("serviceTier").put("type", tier);
            default -> members.refuse("service_tier", "Bedrock knows no tier '" + tier + "'");
        }
    }
}

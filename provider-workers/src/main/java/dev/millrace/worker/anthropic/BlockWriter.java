package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Part;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one part as a content block. */
final class BlockWriter {
    /** Members of a block that any dialect may bring along. */
    private static final Set<String> OURS = Set.of("cache_control", "citations", "context", "title", "caller");

    private static final Set<String> OPAQUE = Set.of(Emitted.DIALECT, "anthropic-messages");

    /** What other dialects say of an image or a part and what is no different here. */
    private static final String DETAIL = "image_url.detail";

    private final Members members;
    private final MediaBlocks media;

    BlockWriter(Members members) {
        this.members = members;
        this.media = new MediaBlocks(members.problems());
    }

    boolean fileIds() {
        return media.fileIds();
    }

    /** The block; null when there is nothing to say, or no way to say it, which is a problem then. */
    @Nullable
    ObjectNode write(Part part, String param) {
        var block = switch (part.getContent()) {
            case TextPart text -> text(text.getText());
            case RefusalPart refusal -> text(refusal.getText());
            case MediaPart medium -> media.write(medium, param);
            case ToolCallPart call -> toolUse(call, param);
            case ToolResultPart result -> toolResult(result, param);
            case ReasoningPart thought -> thinking(thought);
            case OpaquePart opaque -> opaque(opaque, param);
            default -> unsayable(param, "is of a kind that is not known here");
        };
        if (block != null) {
            boolean auto = "\"auto\"".equals(part.getExtensions().get(DETAIL));
            var keptBack = auto ? Set.of("type", DETAIL) : Set.of("type");
            members.merge(block, part.getExtensions(), keptBack, OURS, param + ".extensions");
        }
        return block;
    }

    private static ObjectNode typed(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    /** The API refuses empty text, which only this dialect's clients may ask it to do. */
    private @Nullable ObjectNode text(String text) {
        return text.isEmpty() && !members.sameDialect() ? null : typed("text").put("text", text);
    }

    private @Nullable ObjectNode unsayable(String param, String message) {
        members.problems().add(param, param + ": " + message);
        return null;
    }

    private @Nullable ObjectNode toolUse(ToolCallPart call, String param) {
        if (!call.getType().equals("function")) {
            return unsayable(
                    param, "a call of a '" + call.getType() + "' tool has no counterpart in Anthropic's Messages API");
        }
        var block = typed("tool_use").put("id", id(call.getCallId())).put("name", call.getName());
        var arguments = call.getArguments().isBlank() ? "{}" : call.getArguments();
        if (members.problems().parse(param + ".arguments", arguments) instanceof ObjectNode input) {
            block.set("input", input);
            return block;
        }
        return unsayable(param + ".arguments", "must be a JSON object");
    }

    private ObjectNode toolResult(ToolResultPart result, String param) {
        var block = typed("tool_result").put("tool_use_id", id(result.getCallId()));
        var content = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < result.getParts().size(); i++) {
            var written = write(result.getParts().get(i), param + ".parts[" + i + "]");
            if (written != null) {
                content.add(written);
            }
        }
        if (!content.isEmpty()) {
            block.set("content", content);
        }
        if (result.getError()) {
            block.put("is_error", true);
        }
        return block;
    }

    /** Thinking without its signature is of no use to the model: the API takes it back only signed. */
    private static @Nullable ObjectNode thinking(ReasoningPart thought) {
        if (thought.getEncrypted() != null) {
            return typed("redacted_thinking").put("data", thought.getEncrypted());
        }
        return thought.getSignature() == null
                ? null
                : typed("thinking").put("thinking", thought.getText()).put("signature", thought.getSignature());
    }

    private @Nullable ObjectNode opaque(OpaquePart opaque, String param) {
        if (!OPAQUE.contains(opaque.getDialect())) {
            return unsayable(
                    param,
                    "a '" + opaque.getType() + "' of dialect " + opaque.getDialect()
                            + " has no counterpart in Anthropic's Messages API");
        }
        return members.problems().parse(param, opaque.getJson()) instanceof ObjectNode object
                ? object
                : unsayable(param, "must be a JSON object");
    }

    /** The API takes letters, digits, hyphen and underscore; what other vendors use beside them is spelled out, always alike. */
    static String id(String callId) {
        var id = new StringBuilder(callId.length());
        for (int i = 0; i < callId.length(); i++) {
            char c = callId.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (plain || c == '_' || c == '-') {
                id.append(c);
            } else {
                id.append("_x").append(Integer.toHexString(c)).append('_');
            }
        }
        return id.isEmpty() ? "_" : id.toString();
    }
}

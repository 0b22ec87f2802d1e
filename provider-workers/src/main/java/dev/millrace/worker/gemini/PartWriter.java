package dev.millrace.worker.gemini;

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
import dev.millrace.dialect.Marks;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes one part of a content. */
final class PartWriter {
    /** Hints of other dialects that change nothing about an answer: cache markers and how closely to look at an image. */
    private static final Set<String> HINTS = Set.of("cache_control", "detail", "image_url.detail", "extra_content");

    private static final Set<String> OWN =
            Set.of("text", "thought", "inlineData", "fileData", "functionCall", "functionResponse", "extra_content");

    private final boolean open;
    private final Problems problems;

    /** A writer that sends members beside the content on when {@code open}, and refuses those of another dialect otherwise. */
    PartWriter(boolean open, Problems problems) {
        this.open = open;
        this.problems = problems;
    }

    /**
     * The part; null when there is nothing to say, or no word for it.
     *
     * @param names of the conversation's calls by id: a result must name its function
     */
    @Nullable
    ObjectNode write(Part part, Map<String, String> names, String param) {
        var node = switch (part.getContent()) {
            case TextPart text -> object().put("text", text.getText());
            case RefusalPart refusal -> object().put("text", refusal.getText());
            case MediaPart media -> media(media, param);
            case ToolCallPart call -> call(call, part, param);
            case ToolResultPart result -> result(result, names, param);
            case ReasoningPart thought -> thought(thought, param);
            case OpaquePart opaque -> opaque(opaque, param);
            default -> unsupported(param, "has no counterpart in Gemini's dialect");
        };
        if (node != null) {
            beside(node, part.getExtensions(), param + ".extensions");
        }
        return node;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private @Nullable ObjectNode unsupported(String param, String message) {
        problems.add(param, message);
        return null;
    }

    private void beside(ObjectNode node, Map<String, String> extensions, String param) {
        if (open) {
            problems.merge(node, extensions, OWN, param);
            return;
        }
        var signature = extensions.get(CandidateReader.MARK + CandidateReader.SIGNATURE);
        problems.set(node, CandidateReader.SIGNATURE, signature, param);
        for (var name : new TreeMap<>(extensions).keySet()) {
            if (!HINTS.contains(name) && !Marks.isMark(name)) {
                problems.add(param + "." + name, "has no counterpart in Gemini's dialect");
            }
        }
    }

    @Nullable
    ObjectNode media(MediaPart media, String param) {
        var node = object();
        if (media.getData() != null) {
            node.putObject("inlineData").put("mimeType", MediaTypes.of(media)).put("data", base64(media.getData()));
        } else if (media.getUrl() != null) {
            node.putObject("fileData").put("mimeType", MediaTypes.of(media)).put("fileUri", media.getUrl());
        } else {
            return unsupported(param, "must have data or an address; this provider does not know file ids of others");
        }
        return node;
    }

    private @Nullable ObjectNode call(ToolCallPart call, Part part, String param) {
        var arguments = Problems.object(call.getArguments().isBlank() ? "{}" : call.getArguments());
        if (arguments == null) {
            return unsupported(param, "the arguments of a call must be a JSON object");
        }
        var node = object();
        var body = node.putObject("functionCall").put("name", call.getName());
        body.set("args", arguments);
        if (CallIds.isVendors(call.getCallId())) {
            body.put("id", call.getCallId());
        }
        signature(node, part.getExtensions());
        return node;
    }

    /** Where Google's own OpenAI-compatible API puts the signature of a call. */
    private static void signature(ObjectNode node, Map<String, String> extensions) {
        var extra = extensions.get("extra_content");
        var content = extra == null ? null : Problems.object(extra);
        var signature = content == null
                ? null
                : content.path("google").path("thought_signature").asText(null);
        if (signature != null) {
            node.put(CandidateReader.SIGNATURE, signature);
        }
    }

    private @Nullable ObjectNode thought(ReasoningPart thought, String param) {
        if (thought.getEncrypted() != null) {
            return unsupported(param, "encrypted thinking of another vendor cannot be sent to this one");
        }
        if (thought.getText().isEmpty() && thought.getSignature() == null) {
            return null;
        }
        var node = object().put("text", thought.getText()).put("thought", true);
        if (thought.getSignature() != null) {
            node.put(CandidateReader.SIGNATURE, thought.getSignature());
        }
        return node;
    }

    private @Nullable ObjectNode opaque(OpaquePart opaque, String param) {
        if (!opaque.getDialect().equals(CandidateReader.DIALECT)) {
            return unsupported(
                    param,
                    "a '" + opaque.getType() + "' of dialect " + opaque.getDialect()
                            + " has no counterpart in Gemini's dialect");
        }
        var node = Problems.object(opaque.getJson());
        return node == null ? unsupported(param, "must be a JSON object") : node;
    }

    private @Nullable ObjectNode result(ToolResultPart result, Map<String, String> names, String param) {
        var name = result.getName() == null ? names.get(result.getCallId()) : result.getName();
        if (name == null) {
            return unsupported(param, "answers no call of this conversation, and names no function");
        }
        var node = object();
        var body = node.putObject("functionResponse");
        if (CallIds.isVendors(result.getCallId())) {
            body.put("id", result.getCallId());
        }
        body.put("name", name).set("response", response(result));
        for (int i = 0; i < result.getParts().size(); i++) {
            var part = result.getParts().get(i);
            var inner = param + ".parts[" + i + "]";
            switch (part.getContent()) {
                case TextPart _ -> beside(object(), part.getExtensions(), inner + ".extensions");
                case MediaPart media -> {
                    var written = media(media, inner);
                    if (written != null) {
                        beside(written, part.getExtensions(), inner + ".extensions");
                        body.withArrayProperty("parts").add(written);
                    }
                }
                default -> problems.add(inner, "cannot stand in the result of a call");
            }
        }
        return node;
    }

    /** A text that is a JSON object is the response itself; any other text stands under {@code result}, or {@code error}. */
    private static ObjectNode response(ToolResultPart result) {
        var texts = result.getParts().stream()
                .filter(part -> part.getContent() instanceof TextPart)
                .map(part -> ((TextPart) part.getContent()).getText())
                .toList();
        if (texts.isEmpty()) {
            return object();
        }
        var object = texts.size() == 1 ? Problems.object(texts.getFirst()) : null;
        return object != null && !result.getError()
                ? object
                : object().put(result.getError() ? "error" : "result", String.join("\n", texts));
    }

    static String base64(ByteBuffer data) {
        var bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}

package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Message;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.dialect.Marks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code systemInstruction} and {@code contents}.
 *
 * <p>The dialect has one place for instructions: all system and developer messages go there, wherever they stood. Results of parallel calls that
 * stand in messages of their own become one content, as the vendor demands.
 */
final class ContentWriter {
    /** Lets the vendor take calls that another model made and that therefore carry no signature. */
    private static final String FOREIGN_CALL = "skip_thought_signature_validator";

    private static final Set<String> OWN = Set.of("role", "parts");

    private final boolean open;
    private final boolean signaturesNeeded;
    private final Problems problems;
    private final PartWriter parts;
    private final Map<String, String> names = new HashMap<>();

    ContentWriter(boolean open, String vendorModel, Problems problems) {
        this.open = open;
        this.signaturesNeeded = !open && vendorModel.startsWith("gemini-3");
        this.problems = problems;
        this.parts = new PartWriter(open, problems);
    }

    void write(List<Message> messages, ObjectNode body) {
        var contents = body.putArray("contents");
        boolean resultsBefore = false;
        for (int i = 0; i < messages.size(); i++) {
            var message = messages.get(i);
            var param = "messages[" + i + "]";
            if (message.getRole().equals("system") || message.getRole().equals("developer")) {
                instruct(message, body, param);
                continue;
            }
            boolean results = isResults(message);
            if (results && resultsBefore && !open) {
                write(message, (ArrayNode) contents.get(contents.size() - 1).get("parts"), param);
            } else {
                content(message, contents, param);
            }
            resultsBefore = results;
        }
    }

    private static boolean isResults(Message message) {
        return !message.getParts().isEmpty()
                && message.getParts().stream().allMatch(part -> part.getContent() instanceof ToolResultPart);
    }

    private void instruct(Message message, ObjectNode body, String param) {
        var into = body.withObjectProperty("systemInstruction").withArrayProperty("parts");
        for (int i = 0; i < message.getParts().size(); i++) {
            var part = message.getParts().get(i);
            var inner = param + ".parts[" + i + "]";
            if (part.getContent() instanceof TextPart) {
                add(into, parts.write(part, names, inner));
            } else {
                problems.add(inner, "only text can instruct this provider's models");
            }
        }
    }

    private void content(Message message, ArrayNode contents, String param) {
        var node = JsonNodeFactory.instance.objectNode();
        boolean model = message.getRole().equals("assistant");
        node.put("role", model ? "model" : "user");
        var into = node.putArray("parts");
        write(message, into, param);
        if (model && signaturesNeeded) {
            signFirstCall(into);
        }
        if (open) {
            problems.merge(node, message.getExtensions(), OWN, param + ".extensions");
        } else {
            foreign(message, into, param + ".extensions");
        }
        if (!into.isEmpty()) {
            contents.add(node);
        }
    }

    /** A signature that an answer gave to its text comes back beside the message in dialects without parts. */
    private void foreign(Message message, ArrayNode into, String param) {
        message.getExtensions().forEach((name, json) -> {
            if (!Marks.isMark(name)) {
                problems.add(param + "." + name, "has no counterpart in Gemini's dialect");
            } else if (name.equals(CandidateReader.MARK + CandidateReader.SIGNATURE)
                    && !into.isEmpty()
                    && into.get(into.size() - 1) instanceof ObjectNode last
                    && last.has("text")) {
                problems.set(last, CandidateReader.SIGNATURE, json, param + "." + name);
            }
        });
    }

    private void write(Message message, ArrayNode into, String param) {
        for (int i = 0; i < message.getParts().size(); i++) {
            var part = message.getParts().get(i);
            if (part.getContent() instanceof ToolCallPart call) {
                names.put(call.getCallId(), call.getName());
            }
            add(into, parts.write(part, names, param + ".parts[" + i + "]"));
        }
    }

    private static void add(ArrayNode into, @Nullable ObjectNode part) {
        if (part != null) {
            into.add(part);
        }
    }

    private static void signFirstCall(ArrayNode into) {
        for (var part : into) {
            if (part.has("functionCall") && part instanceof ObjectNode call) {
                if (!call.has(CandidateReader.SIGNATURE)) {
                    call.put(CandidateReader.SIGNATURE, FOREIGN_CALL);
                }
                return;
            }
        }
    }
}

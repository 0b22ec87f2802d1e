package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.dialect.Marks;
import dev.millrace.worker.provider.RenderProblems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the body of a request that is not a chat. One instance per request. */
final class TaskRequestWriter {
    private static final Set<String> OPEN_DIALECTS = Set.of("native", "topic");
    private static final Set<Operation> STREAMABLE = Set.of(
            Operation.COMPLETION,
            Operation.IMAGE,
            Operation.IMAGE_EDIT,
            Operation.TRANSCRIPTION,
            Operation.TRANSLATION);

    /** Ours, or decided elsewhere. */
    private static final Set<String> KEPT_BACK =
            Set.of("model", "stream", "input_tokens", "stream_options", "millrace", "local");

    /** What OpenAI has a word for; anything else goes only to whoever speaks the same dialect. */
    private static final Map<Operation, Set<String>> WORDS = Map.of(
            Operation.EMBEDDING, Set.of("dimensions", "encoding_format", "user"),
            Operation.IMAGE,
                    Set.of(
                            "n",
                            "size",
                            "quality",
                            "style",
                            "background",
                            "moderation",
                            "output_format",
                            "output_compression",
                            "partial_images",
                            "response_format",
                            "user"),
            Operation.IMAGE_EDIT,
                    Set.of(
                            "n",
                            "size",
                            "quality",
                            "background",
                            "input_fidelity",
                            "output_format",
                            "output_compression",
                            "partial_images",
                            "response_format",
                            "user"),
            Operation.SPEECH, Set.of("voice", "response_format", "speed", "instructions", "stream_format"),
            Operation.TRANSCRIPTION,
                    Set.of(
                            "language",
                            "prompt",
                            "response_format",
                            "temperature",
                            "timestamp_granularities",
                            "include",
                            "chunking_strategy"),
            Operation.TRANSLATION, Set.of("prompt", "response_format", "temperature"),
            Operation.VIDEO, Set.of("seconds", "size"),
            Operation.RERANK, Set.of("top_n", "return_documents", "max_chunks_per_doc"),
            Operation.MODERATION, Set.of(),
            Operation.COMPLETION,
                    Set.of(
                            "max_tokens",
                            "temperature",
                            "top_p",
                            "n",
                            "logprobs",
                            "echo",
                            "stop",
                            "suffix",
                            "seed",
                            "presence_penalty",
                            "frequency_penalty",
                            "best_of",
                            "logit_bias",
                            "user"));

    private final OpenAiQuirks chat;
    private final TaskQuirks quirks;
    private final RenderProblems problems;
    private final TaskMembers body = new TaskMembers();

    TaskRequestWriter(OpenAiQuirks chat, TaskQuirks quirks, RenderProblems problems) {
        this.chat = chat;
        this.quirks = quirks;
        this.problems = problems;
    }

    TaskMembers write(AttemptOrder order, TaskInput task) {
        var operation = order.getRequest().getOperation();
        body.put("model", order.getVendorModel());
        var parts = task.getParts();
        switch (operation) {
            case EMBEDDING -> {
                if (TaskCodec.isMultimodal(order, quirks)) {
                    new TaskMediaWriter(quirks, problems, body).inputs(parts);
                } else {
                    body.put("input", inputs(task));
                }
            }
            case COMPLETION -> body.put("prompt", inputs(task));
            case MODERATION -> body.put("input", moderated(parts));
            case SPEECH -> body.put("input", prompt(parts));
            case IMAGE -> {
                body.put("prompt", prompt(parts));
                noMedia(parts);
            }
            case IMAGE_EDIT -> new TaskMediaWriter(quirks, problems, body).edit(parts, prompt(parts));
            case VIDEO -> new TaskMediaWriter(quirks, problems, body).video(parts, prompt(parts));
            case TRANSCRIPTION, TRANSLATION -> new TaskMediaWriter(quirks, problems, body).recording(parts);
            case RERANK -> rerank(parts);
            case CHAT, RUN, UNKNOWN -> problems.add("operation", "operation " + operation + " is not a task");
        }
        parameters(operation, order.getRequest().getDialect(), task.getParameters());
        if (order.getRequest().getDelivery().getStream() && STREAMABLE.contains(operation)) {
            stream(operation, task);
        }
        return body;
    }

    private void stream(Operation operation, TaskInput task) {
        body.put("stream", JsonNodeFactory.instance.booleanNode(true));
        if (operation == Operation.COMPLETION && chat.usageByOption()) {
            var options = JsonNodeFactory.instance.objectNode();
            var asked = task.getParameters().get("stream_options");
            if (asked != null && problems.parse("parameters.stream_options", asked) instanceof ObjectNode object) {
                options.setAll(object);
            }
            body.put("stream_options", options.put("include_usage", true));
        }
    }

    /** One text stands for itself, several are a list; numbers of tokens stand as they came. */
    private JsonNode inputs(TaskInput task) {
        var tokens = task.getParameters().get("input_tokens");
        if (tokens != null) {
            var node = problems.parse("parameters.input_tokens", tokens);
            boolean single = node != null && node.size() == 1 && node.path(0).isArray();
            return node == null ? JsonNodeFactory.instance.nullNode() : single ? node.path(0) : node;
        }
        var texts = texts(task.getParts());
        return texts.size() == 1 ? texts.get(0) : texts;
    }

    private ArrayNode texts(List<Part> parts) {
        var texts = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).getContent() instanceof TextPart text) {
                texts.add(text.getText());
            } else {
                problems.add("parts[" + i + "]", "parts[" + i + "]: this provider takes text only");
            }
        }
        if (texts.isEmpty()) {
            problems.add("parts", "parts: must hold at least one text");
        }
        return texts;
    }

    private String prompt(List<Part> parts) {
        for (var part : parts) {
            if (part.getContent() instanceof TextPart text) {
                return text.getText();
            }
        }
        problems.add("parts", "parts: must hold a text");
        return "";
    }

    private void noMedia(List<Part> parts) {
        for (int i = 0; i < parts.size(); i++) {
            if (!(parts.get(i).getContent() instanceof TextPart)) {
                problems.add("parts[" + i + "]", "parts[" + i + "]: this operation takes a prompt only");
            }
        }
    }

    private JsonNode moderated(List<Part> parts) {
        boolean media = parts.stream().anyMatch(part -> part.getContent() instanceof MediaPart);
        if (!media) {
            var texts = texts(parts);
            return texts.size() == 1 ? texts.get(0) : texts;
        }
        var writer = new PartWriter(problems);
        var list = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < parts.size(); i++) {
            boolean image = parts.get(i).getContent() instanceof MediaPart it && it.getKind() == MediaKind.IMAGE;
            var written = image || parts.get(i).getContent() instanceof TextPart
                    ? writer.write(parts.get(i), "parts[" + i + "]")
                    : null;
            if (written == null) {
                problems.add("parts[" + i + "]", "parts[" + i + "]: this provider moderates texts and images only");
            } else {
                list.add(written);
            }
        }
        return list;
    }

    private void rerank(List<Part> parts) {
        var documents = new ArrayList<JsonNode>();
        @Nullable String query = null;
        for (int i = 0; i < parts.size(); i++) {
            var text = parts.get(i).getContent() instanceof TextPart it ? it.getText() : null;
            if (text == null) {
                problems.add("parts[" + i + "]", "parts[" + i + "]: this provider ranks texts only");
            } else if (query == null) {
                query = text;
            } else {
                documents.add(TextNode.valueOf(text));
            }
        }
        if (query == null || documents.isEmpty()) {
            problems.add("parts", "parts: must hold a query and at least one document");
        }
        body.put("query", query == null ? "" : query);
        body.put("documents", JsonNodeFactory.instance.arrayNode().addAll(documents));
    }

    private void parameters(Operation operation, String dialect, Map<String, String> parameters) {
        boolean same = OPEN_DIALECTS.contains(dialect) || dialect.startsWith("openai");
        var words = WORDS.getOrDefault(operation, Set.of());
        var own = quirks.operation(operation);
        parameters.forEach((name, json) -> {
            boolean ours = operation == Operation.VIDEO && name.equals("response_format");
            if (ours || KEPT_BACK.contains(name) || body.has(name) || Marks.isMark(name)) {
                return;
            }
            boolean known = same || words.contains(name) || own.members().containsKey(name);
            if (!known || own.cannotSay(name)) {
                problems.add("parameters." + name, "parameters." + name + ": this provider has no word for it");
                return;
            }
            var value = problems.parse("parameters." + name, json);
            if (value != null) {
                body.put(name, value);
            }
        });
    }
}

package dev.millrace.egress.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One choice of a streamed completion. Pure; not thread-safe. */
final class ChoiceStream {
    private final int index;
    private final Set<Integer> begunCalls = new HashSet<>();
    private final Map<Integer, String> callTypes = new HashMap<>();
    private boolean begun;
    private boolean finished;

    ChoiceStream(int index) {
        this.index = index;
    }

    /** The choice objects of the chunks that say this delta; none when the dialect has no word for it. */
    List<ObjectNode> render(Delta delta) {
        var choices = new ArrayList<ObjectNode>();
        var rendered = content(delta);
        if (rendered != null) {
            begin(choices);
            choices.add(rendered);
        }
        return choices;
    }

    /** What is missing at the end of a completed job. */
    List<ObjectNode> finish() {
        var choices = new ArrayList<ObjectNode>();
        begin(choices);
        if (!finished) {
            var reason = begunCalls.isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS;
            choices.add(finish(new FinishDelta(reason, null)));
        }
        return choices;
    }

    private void begin(List<ObjectNode> choices) {
        if (!begun) {
            begun = true;
            var role = choice();
            role.withObjectProperty("delta").put("role", "assistant").put("content", "");
            choices.add(role);
        }
    }

    private @Nullable ObjectNode content(Delta delta) {
        var choice = choice();
        var content = choice.withObjectProperty("delta");
        var extensions = delta.getExtensions();
        switch (delta.getContent()) {
            case TextDelta text -> {
                content.put("content", text.getText());
                if (!text.getLogprobs().isEmpty()) {
                    logprobs(choice).set("content", ChatJson.logprobs(text.getLogprobs()));
                }
            }
            case RefusalDelta refusal -> {
                content.put("refusal", refusal.getText());
                if (!refusal.getLogprobs().isEmpty()) {
                    logprobs(choice).set("refusal", ChatJson.logprobs(refusal.getLogprobs()));
                }
            }
            case ReasoningDelta reasoning -> reasoning(content, reasoning);
            case ToolCallDelta call -> {
                call(content, call, extensions);
                return choice;
            }
            case MediaDelta media -> {
                ChatJson.putMedia(content, media, extensions);
                return choice;
            }
            case ItemDelta item -> ChatJson.putItem(choice, content, item);
            case FinishDelta end -> choice = finish(end);
            default -> {
                return null; // vectors and progress are no chat, and what a newer writer adds is not known here
            }
        }
        ChatJson.extend(choice, choice.withObjectProperty("delta"), extensions);
        return choice;
    }

    private ObjectNode choice() {
        var choice = ChatJson.object().put("index", index);
        choice.putObject("delta");
        choice.putNull("finish_reason");
        return choice;
    }

    private ObjectNode finish(FinishDelta end) {
        finished = true;
        return choice().put("finish_reason", ChatJson.finishReason(end.getReason(), end.getVendorReason()));
    }

    private static ObjectNode logprobs(ObjectNode choice) {
        var logprobs = choice.putObject("logprobs");
        logprobs.putNull("content");
        logprobs.putNull("refusal");
        return logprobs;
    }

    static void reasoning(ObjectNode content, ReasoningDelta reasoning) {
        if (!reasoning.getText().isEmpty()) {
            content.put("reasoning_content", reasoning.getText());
        }
        if (reasoning.getSignature() != null || reasoning.getEncrypted() != null) {
            ReasoningDetails.add(content, reasoning.getId(), reasoning.getSignature(), reasoning.getEncrypted());
        }
    }

    private void call(ObjectNode content, ToolCallDelta call, Map<String, String> extensions) {
        if (call.getType() != null && !call.getType().isEmpty()) {
            callTypes.putIfAbsent(call.getIndex(), call.getType());
        }
        boolean first = begunCalls.add(call.getIndex());
        var type = callTypes.getOrDefault(call.getIndex(), "function");
        if (type.equals("function_call")) {
            var function = content.putObject("function_call");
            putName(function, call);
            function.put("arguments", call.getArguments());
            return;
        }
        var node = content.withArrayProperty("tool_calls").addObject().put("index", call.getIndex());
        if (call.getId() != null && !call.getId().isEmpty()) {
            node.put("id", call.getId());
        }
        if (first) {
            node.put("type", type);
        }
        boolean custom = type.equals("custom");
        var body = node.putObject(custom ? "custom" : "function");
        putName(body, call);
        body.put(custom ? "input" : "arguments", call.getArguments());
        extensions.forEach((name, json) -> ChatJson.putIfAbsent(node, name, json));
        ChatJson.putSignature(node, call.getSignature());
    }

    private static void putName(ObjectNode body, ToolCallDelta call) {
        if (call.getName() != null && !call.getName().isEmpty()) {
            body.put("name", call.getName());
        }
    }
}

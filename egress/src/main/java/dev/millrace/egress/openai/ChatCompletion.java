package dev.millrace.egress.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Terminal;
import dev.millrace.egress.reply.Reply;
import dev.millrace.egress.reply.Reply.Choice;
import dev.millrace.job.JobId;
import java.util.List;
import java.util.Map;

/** A completed job as one chat completion. Pure. */
final class ChatCompletion {
    private ChatCompletion() {}

    /**
     * The body.
     *
     * @param last the record with the terminal
     */
    static ObjectNode body(JobId id, String requestedModel, Reply reply, InferenceResult last, long createdAtMillis) {
        var body = ChatJson.object()
                .put("id", ChatJson.completionId(id))
                .put("object", "chat.completion")
                .put("created", createdAtMillis / 1000)
                .put("model", last.getModel().isEmpty() ? requestedModel : last.getModel());
        var choices = body.putArray("choices");
        reply.choices().forEach(choice -> choices.add(choice(choice)));
        if (reply.choices().isEmpty()) {
            choices.add(choice(EMPTY));
        }
        Terminal terminal = last.getTerminal();
        if (terminal.getUsage() != null) {
            body.set("usage", ChatJson.usage(terminal.getUsage()));
        }
        ChatJson.putVendor(body, terminal.getVendor());
        return body;
    }

    /** What a model that said nothing is taken to have said. */
    private static final Choice EMPTY = new Choice(
            0,
            "",
            "",
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            FinishReason.STOP,
            null,
            Map.of());

    private static ObjectNode choice(Choice choice) {
        var node = ChatJson.object().put("index", choice.index());
        var message = node.putObject("message").put("role", "assistant");
        boolean contentless = choice.text().isEmpty()
                && (!choice.toolCalls().isEmpty()
                        || !choice.refusal().isEmpty()
                        || !choice.media().isEmpty());
        message.put("content", contentless ? null : choice.text());
        message.put("refusal", choice.refusal().isEmpty() ? null : choice.refusal());
        reasoning(message, choice);
        choice.toolCalls().forEach(call -> toolCall(message, call));
        choice.media().forEach(media -> ChatJson.putMedia(message, media.content(), media.extensions()));
        choice.items().forEach(item -> ChatJson.putItem(node, message, item));
        ChatJson.extend(node, message, choice.extensions());
        logprobs(node, choice);
        var finish = choice.finish() != null
                ? choice.finish()
                : choice.toolCalls().isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS;
        return node.put("finish_reason", ChatJson.finishReason(finish, choice.vendorFinish()));
    }

    private static void reasoning(ObjectNode message, Choice choice) {
        var text = new StringBuilder();
        for (var block : choice.reasoning()) {
            text.append(block.text());
            if (block.signature() != null || block.encrypted() != null) {
                ReasoningDetails.add(message, block.id(), block.signature(), block.encrypted());
            }
        }
        if (!text.isEmpty()) {
            message.put("reasoning_content", text.toString());
        }
    }

    private static void toolCall(ObjectNode message, Reply.ToolCall call) {
        if (call.type().equals("function_call")) {
            message.putObject("function_call").put("name", call.name()).put("arguments", call.arguments());
            return;
        }
        var node = message.withArrayProperty("tool_calls")
                .addObject()
                .put("id", call.id() == null ? "call_" + call.index() : call.id())
                .put("type", call.type());
        boolean custom = call.type().equals("custom");
        node.putObject(custom ? "custom" : "function")
                .put("name", call.name())
                .put(custom ? "input" : "arguments", call.arguments());
        call.extensions().forEach((name, json) -> ChatJson.putIfAbsent(node, name, json));
        ChatJson.putSignature(node, call.signature());
    }

    private static void logprobs(ObjectNode node, Choice choice) {
        if (choice.textLogprobs().isEmpty() && choice.refusalLogprobs().isEmpty()) {
            node.putNull("logprobs");
            return;
        }
        var logprobs = node.putObject("logprobs");
        logprobs.set("content", ChatJson.logprobs(choice.textLogprobs()));
        logprobs.set(
                "refusal", choice.refusalLogprobs().isEmpty() ? null : ChatJson.logprobs(choice.refusalLogprobs()));
    }
}

package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Message;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.TextPart;
import dev.millrace.dialect.Marks;
import dev.millrace.worker.provider.RenderProblems;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the body of a chat request of version 1: the last message apart from those before it, text only. */
final class FirstVersionBody {
    private static final Set<String> KEPT_BACK = Set.of(
            "model", "message", "messages", "chat_history", "stream", "n", "local", "millrace", "stream_options");

    private final Members members;

    FirstVersionBody(RenderProblems problems, String dialect) {
        this.members = new Members(problems, dialect);
    }

    ObjectNode write(AttemptOrder order, ChatInput chat) {
        var body = JsonNodeFactory.instance.objectNode();
        var messages = chat.getMessages();
        if (messages.isEmpty() || !messages.getLast().getRole().equals("user")) {
            members.refuse("messages", "the last one must be the user's");
            return body;
        }
        body.put("message", text(messages.getLast(), "messages[" + (messages.size() - 1) + "]"));
        body.put("model", order.getVendorModel());
        for (int i = 0; i < messages.size() - 1; i++) {
            var entry = body.withArrayProperty("chat_history").addObject();
            entry.put("role", role(messages.get(i), i)).put("message", text(messages.get(i), "messages[" + i + "]"));
        }
        body.put("stream", order.getRequest().getDelivery().getStream());
        if (!chat.getTools().isEmpty()) {
            members.refuse("tools", "version 1 of the API is spoken without tools; use version 2");
        }
        if (chat.getOutputFormat() != null || chat.getReasoning() != null) {
            members.refuse("outputFormat", "version 1 of the API knows neither forms nor thinking; use version 2");
        }
        if (chat.getSampling() != null) {
            sampling(chat.getSampling(), body);
        }
        for (var extension : chat.getExtensions().entrySet()) {
            if (members.open()) {
                members.problems()
                        .merge(body, Map.of(extension.getKey(), extension.getValue()), KEPT_BACK, "extensions");
            } else if (!KEPT_BACK.contains(extension.getKey()) && !Marks.isMark(extension.getKey())) {
                members.refuse(extension.getKey());
            }
        }
        return body;
    }

    private String role(Message message, int number) {
        return switch (message.getRole()) {
            case "user" -> "User";
            case "assistant" -> "Chatbot";
            case "system", "developer" -> "System";
            default -> {
                members.refuse("messages[" + number + "].role", "'" + message.getRole() + "' has no counterpart");
                yield "";
            }
        };
    }

    private String text(Message message, String param) {
        var text = new StringBuilder();
        for (var part : message.getParts()) {
            if (part.getContent() instanceof TextPart piece) {
                text.append(piece.getText());
            } else {
                members.refuse(param, "version 1 of the API takes text only");
            }
        }
        return text.toString();
    }

    private void sampling(Sampling sampling, ObjectNode body) {
        put(body, "max_tokens", sampling.getMaxOutputTokens());
        put(body, "temperature", sampling.getTemperature());
        put(body, "p", sampling.getTopP());
        put(body, "k", sampling.getTopK());
        put(body, "seed", sampling.getSeed());
        put(body, "frequency_penalty", sampling.getFrequencyPenalty());
        put(body, "presence_penalty", sampling.getPresencePenalty());
        if (!sampling.getStop().isEmpty()) {
            sampling.getStop().forEach(body.putArray("stop_sequences")::add);
        }
    }

    private static void put(ObjectNode body, String member, @Nullable Object value) {
        if (value != null) {
            body.putPOJO(member, value);
        }
    }
}

package dev.millrace.worker.replicate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Message;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.TextPart;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.Medium;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a conversation as the input of a language model: system messages as {@code system_prompt}; one message of the user's as
 * {@code prompt}; a longer conversation as a script, one speaker per paragraph, that ends with the assistant's turn. Not thread-safe.
 */
final class ReplicatePrompt {
    private @Nullable Inexpressible problem;

    @Nullable
    Inexpressible problem() {
        return problem;
    }

    private void refuse(String param, String why) {
        if (problem == null) {
            problem = new Inexpressible(param, param + " " + why);
        }
    }

    ObjectNode write(ChatInput chat) {
        var input = JsonText.object();
        var system = new ArrayList<String>();
        var turns = new ArrayList<Message>();
        for (int i = 0; i < chat.getMessages().size(); i++) {
            var message = chat.getMessages().get(i);
            switch (message.getRole()) {
                case "system", "developer" -> system.add(text(message, i, input));
                case "user", "assistant" -> turns.add(message);
                default -> refuse("messages[" + i + "].role", "'" + message.getRole() + "' has no word in a prompt");
            }
        }
        if (!system.isEmpty()) {
            input.put("system_prompt", String.join("\n\n", system));
        }
        input.put("prompt", prompt(chat, turns, input));
        options(chat, input);
        return input;
    }

    private String prompt(ChatInput chat, List<Message> turns, ObjectNode input) {
        if (turns.size() == 1 && turns.getFirst().getRole().equals("user")) {
            return text(turns.getFirst(), chat.getMessages().indexOf(turns.getFirst()), input);
        }
        var script = new StringBuilder();
        for (var turn : turns) {
            script.append(turn.getRole().equals("user") ? "User: " : "Assistant: ")
                    .append(text(turn, chat.getMessages().indexOf(turn), input))
                    .append("\n\n");
        }
        return script.append("Assistant:").toString();
    }

    private String text(Message message, int number, ObjectNode input) {
        var text = new StringBuilder();
        for (int i = 0; i < message.getParts().size(); i++) {
            var param = "messages[" + number + "].parts[" + i + "]";
            switch (message.getParts().get(i).getContent()) {
                case TextPart part -> text.append(part.getText());
                case MediaPart part -> medium(new Medium(part, "", param), input);
                default -> refuse(param, "has no word in a prompt");
            }
        }
        return text.toString();
    }

    private void medium(Medium medium, ObjectNode input) {
        var member = ReplicateAdapter.member("", medium.part().getKind());
        var address = medium.address();
        if (address == null || input.has(member)) {
            refuse(medium.param(), "must be the only one of its kind, with data or an address");
        } else {
            input.put(member, address);
        }
    }

    private void options(ChatInput chat, ObjectNode input) {
        if (!chat.getTools().isEmpty()) {
            refuse("tools", "has no word in a prompt");
        }
        var format = chat.getOutputFormat();
        if (format != null && format.getKind() != OutputKind.TEXT) {
            refuse("outputFormat", "has no word in a prompt");
        }
        if (chat.getSampling() != null) {
            sampling(chat.getSampling(), input);
        }
        if (chat.getReasoning() != null && chat.getReasoning().getEffort() != null) {
            input.put("reasoning_effort", chat.getReasoning().getEffort());
        }
        chat.getExtensions().forEach((name, json) -> {
            var value = JsonText.readOrNull(json);
            if (value != null && !input.has(name)) {
                input.set(name, value);
            }
        });
    }

    private void sampling(Sampling sampling, ObjectNode input) {
        put(input, "temperature", sampling.getTemperature());
        put(input, "top_p", sampling.getTopP());
        put(input, "min_p", sampling.getMinP());
        put(input, "presence_penalty", sampling.getPresencePenalty());
        put(input, "frequency_penalty", sampling.getFrequencyPenalty());
        if (sampling.getTopK() != null) {
            input.put("top_k", sampling.getTopK());
        }
        if (sampling.getMaxOutputTokens() != null) {
            input.put("max_tokens", sampling.getMaxOutputTokens());
        }
        if (sampling.getSeed() != null) {
            input.put("seed", sampling.getSeed());
        }
        if (!sampling.getStop().isEmpty()) {
            input.put("stop_sequences", String.join(",", sampling.getStop()));
        }
        if (sampling.getChoices() != null && sampling.getChoices() != 1) {
            refuse("sampling.choices", "must be 1");
        }
        if (Boolean.TRUE.equals(sampling.getLogprobs())
                || !sampling.getLogitBias().isEmpty()) {
            refuse("sampling.logprobs", "has no word in a prompt");
        }
    }

    private static void put(ObjectNode input, String name, @Nullable Double value) {
        if (value != null) {
            input.put(name, value);
        }
    }
}

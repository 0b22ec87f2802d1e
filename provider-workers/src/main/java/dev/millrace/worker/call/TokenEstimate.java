package dev.millrace.worker.call;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Message;
import dev.millrace.avro.Part;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.avro.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts tokens when a vendor does not say: with the tokenizer of OpenAI's newer models, whatever the model, so the figure is an estimate and
 * flagged as one. Media is not counted. Thread-safe; slow on its first use and on long texts, so not for event loops.
 */
final class TokenEstimate {
    /** What the chat format adds to every message, as OpenAI documents it. */
    private static final int TOKENS_PER_MESSAGE = 3;

    private static final int CHARS_PER_TOKEN = 4;

    private TokenEstimate() {}

    /** Loaded on first use: the table takes a second and some megabytes. */
    private static final class Holder {
        static final Encoding ENCODING = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    }

    static Usage of(InferenceRequest request, String output, long outputCharsBeyond) {
        return Usage.newBuilder()
                .setInputTokens(input(request))
                .setOutputTokens(count(output) + outputCharsBeyond / CHARS_PER_TOKEN)
                .setEstimated(true)
                .build();
    }

    private static long input(InferenceRequest request) {
        return switch (request.getInput()) {
            case ChatInput chat -> chat(chat);
            case TaskInput task -> parts(task.getParts());
            default -> 0;
        };
    }

    private static long chat(ChatInput chat) {
        long total = 0;
        for (Message message : chat.getMessages()) {
            total += TOKENS_PER_MESSAGE + parts(message.getParts());
        }
        for (Tool tool : chat.getTools()) {
            total += count(tool.getName()) + count(text(tool.getDescription())) + count(text(tool.getParameters()));
        }
        return total;
    }

    private static long parts(List<Part> parts) {
        long total = 0;
        for (var part : parts) {
            total += switch (part.getContent()) {
                case TextPart text -> count(text.getText());
                case RefusalPart refusal -> count(refusal.getText());
                case ReasoningPart thought -> count(thought.getText());
                case ToolCallPart call -> count(call.getName()) + count(call.getArguments());
                case ToolResultPart result -> parts(result.getParts());
                default -> 0L;
            };
        }
        return total;
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static long count(String text) {
        return text.isEmpty() ? 0 : Holder.ENCODING.countTokensOrdinary(text);
    }
}

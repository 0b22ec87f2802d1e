package dev.millrace.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Message;
import dev.millrace.avro.Part;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts tokens with the tokenizer of OpenAI's newer models, whatever the model, so that a figure is an estimate. Media is not counted.
 * Thread-safe; slow on its first use and on long texts, so not for event loops.
 */
public final class TokenCount {
    /** What the chat format adds to every message, as OpenAI documents it. */
    private static final int TOKENS_PER_MESSAGE = 3;

    private TokenCount() {}

    /** Loaded on first use: the table takes a second and some megabytes. */
    private static final class Holder {
        static final Encoding ENCODING = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    }

    /** Tokens of a request's input, a {@code ChatInput} or a {@code TaskInput}; 0 for anything else. */
    public static long ofInput(Object input) {
        return switch (input) {
            case ChatInput chat -> chat(chat);
            case TaskInput task -> parts(task.getParts());
            default -> 0;
        };
    }

    /** Tokens of a text. */
    public static long of(String text) {
        return text.isEmpty() ? 0 : Holder.ENCODING.countTokensOrdinary(text);
    }

    private static long chat(ChatInput chat) {
        long total = 0;
        for (Message message : chat.getMessages()) {
            total += TOKENS_PER_MESSAGE + parts(message.getParts());
        }
        for (Tool tool : chat.getTools()) {
            total += of(tool.getName()) + of(text(tool.getDescription())) + of(text(tool.getParameters()));
        }
        return total;
    }

    private static long parts(List<Part> parts) {
        long total = 0;
        for (var part : parts) {
            total += switch (part.getContent()) {
                case TextPart text -> of(text.getText());
                case RefusalPart refusal -> of(refusal.getText());
                case ReasoningPart thought -> of(thought.getText());
                case ToolCallPart call -> of(call.getName()) + of(call.getArguments());
                case ToolResultPart result -> parts(result.getParts());
                default -> 0L;
            };
        }
        return total;
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}

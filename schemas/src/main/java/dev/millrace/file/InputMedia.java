package dev.millrace.file;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Message;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.ToolResultPart;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The media in the input of a request, also in results of tools. Pure. */
public final class InputMedia {
    private InputMedia() {}

    /** Every media part, in order. */
    public static Stream<MediaPart> of(Object input) {
        return switch (input) {
            case ChatInput chat -> chat.getMessages().stream().flatMap(message -> in(message.getParts()));
            case TaskInput task -> in(task.getParts());
            default -> Stream.empty();
        };
    }

    private static Stream<MediaPart> in(List<Part> parts) {
        return parts.stream().flatMap(part -> switch (part.getContent()) {
            case MediaPart media -> Stream.of(media);
            case ToolResultPart result -> in(result.getParts());
            default -> Stream.empty();
        });
    }

    /** The same input with every media part replaced by what {@code change} gives for it. Nothing is copied but what holds a change. */
    public static Object replaced(Object input, UnaryOperator<MediaPart> change) {
        return switch (input) {
            case ChatInput chat ->
                new ChatInput(
                        chat.getMessages().stream()
                                .map(message -> replaced(message, change))
                                .toList(),
                        chat.getTools(),
                        chat.getToolChoice(),
                        chat.getParallelToolCalls(),
                        chat.getOutputFormat(),
                        chat.getSampling(),
                        chat.getReasoning(),
                        chat.getModalities(),
                        chat.getExtensions());
            case TaskInput task -> new TaskInput(replaced(task.getParts(), change), task.getParameters());
            default -> input;
        };
    }

    private static Message replaced(Message message, UnaryOperator<MediaPart> change) {
        return new Message(
                message.getRole(), message.getName(), replaced(message.getParts(), change), message.getExtensions());
    }

    private static List<Part> replaced(List<Part> parts, UnaryOperator<MediaPart> change) {
        return parts.stream()
                .map(part -> new Part(
                        switch (part.getContent()) {
                            case MediaPart media -> change.apply(media);
                            case ToolResultPart result ->
                                new ToolResultPart(
                                        result.getCallId(),
                                        result.getName(),
                                        replaced(result.getParts(), change),
                                        result.getError());
                            default -> part.getContent();
                        },
                        part.getExtensions()))
                .toList();
    }
}

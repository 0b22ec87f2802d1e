package dev.millrace.worker.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Operation;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Usage;
import dev.millrace.tokens.TokenCount;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Usage where a vendor does not say, flagged as an estimate: tokens, the characters of speech, the search of a reranking; not media.
 * Thread-safe; slow, so not for event loops.
 */
final class TokenEstimate {
    private static final int CHARS_PER_TOKEN = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    private TokenEstimate() {}

    static Usage of(InferenceRequest request, String output, long outputCharsBeyond) {
        var tokens = TokenCount.ofInput(request.getInput());
        Map<String, Long> units = Map.of();
        if (request.getInput() instanceof TaskInput task) {
            tokens += beyondTheParts(request.getOperation(), task);
            units = units(request.getOperation(), task);
        }
        return Usage.newBuilder()
                .setInputTokens(tokens)
                .setOutputTokens(TokenCount.of(output) + outputCharsBeyond / CHARS_PER_TOKEN)
                .setUnits(units)
                .setEstimated(true)
                .build();
    }

    /** Tokens that stand in no part: texts sent as token ids, and the query that a reranker reads again with every document. */
    private static long beyondTheParts(Operation operation, TaskInput task) {
        return switch (operation) {
            case EMBEDDING -> givenTokens(task.getParameters().get("input_tokens"));
            case RERANK -> Math.max(0, task.getParts().size() - 2) * query(task);
            case CHAT,
                    COMPLETION,
                    IMAGE,
                    IMAGE_EDIT,
                    SPEECH,
                    TRANSCRIPTION,
                    TRANSLATION,
                    VIDEO,
                    MODERATION,
                    RUN,
                    UNKNOWN -> 0;
        };
    }

    private static long query(TaskInput task) {
        return !task.getParts().isEmpty() && task.getParts().getFirst().getContent() instanceof TextPart text
                ? TokenCount.of(text.getText())
                : 0;
    }

    private static long givenTokens(@Nullable String json) {
        try {
            long total = 0;
            for (var text : JSON.readTree(json == null ? "[]" : json)) {
                total += text.isArray() ? text.size() : 1;
            }
            return total;
        } catch (JsonProcessingException e) {
            return 0;
        }
    }

    /** What vendors of tasks count beside tokens, and we can count as well. */
    private static Map<String, Long> units(Operation operation, TaskInput task) {
        return switch (operation) {
            case SPEECH -> Map.of("characters", characters(task));
            case RERANK -> Map.of("searches", 1L);
            case CHAT,
                    COMPLETION,
                    EMBEDDING,
                    IMAGE,
                    IMAGE_EDIT,
                    TRANSCRIPTION,
                    TRANSLATION,
                    VIDEO,
                    MODERATION,
                    RUN,
                    UNKNOWN -> Map.of();
        };
    }

    private static long characters(TaskInput task) {
        long total = 0;
        for (var part : task.getParts()) {
            if (part.getContent() instanceof TextPart text) {
                total += text.getText().codePointCount(0, text.getText().length());
            }
        }
        return total;
    }
}

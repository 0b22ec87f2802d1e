package dev.millrace.worker.cohere;

import dev.millrace.avro.FinishReason;
import java.util.Locale;

/** Cohere's words for why a reply stopped. */
final class FinishWords {
    private FinishWords() {}

    static FinishReason reason(String word) {
        return switch (word.toUpperCase(Locale.ROOT)) {
            case "COMPLETE", "STOP_SEQUENCE" -> FinishReason.STOP;
            case "MAX_TOKENS", "ERROR_LIMIT" -> FinishReason.LENGTH;
            case "TOOL_CALL" -> FinishReason.TOOL_CALLS;
            case "ERROR_TOXIC" -> FinishReason.CONTENT_FILTER;
            case "ERROR", "TIMEOUT" -> FinishReason.ERROR;
            default -> FinishReason.OTHER;
        };
    }
}

package dev.millrace.worker.openai;

import dev.millrace.avro.FinishReason;
import java.util.Locale;

/** The family's words for why a choice stopped. */
final class FinishWords {
    private FinishWords() {}

    static FinishReason reason(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "stop", "eos", "end_turn", "stop_sequence", "complete", "completed" -> FinishReason.STOP;
            case "length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded" ->
                FinishReason.LENGTH;
            case "tool_calls", "function_call", "tool_use" -> FinishReason.TOOL_CALLS;
            case "content_filter", "sensitive", "safety" -> FinishReason.CONTENT_FILTER;
            case "refusal" -> FinishReason.REFUSAL;
            case "pause_turn" -> FinishReason.PAUSE;
            case "error", "network_error", "insufficient_system_resource" -> FinishReason.ERROR;
            default -> FinishReason.OTHER;
        };
    }
}

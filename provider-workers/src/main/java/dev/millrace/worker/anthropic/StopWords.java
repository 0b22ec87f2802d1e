package dev.millrace.worker.anthropic;

import dev.millrace.avro.FinishReason;

/** Anthropic's words for why a message stopped. */
final class StopWords {
    private StopWords() {}

    static FinishReason reason(String word) {
        return switch (word) {
            case "end_turn", "stop_sequence" -> FinishReason.STOP;
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
            case "tool_use" -> FinishReason.TOOL_CALLS;
            case "refusal" -> FinishReason.REFUSAL;
            case "pause_turn", "compaction" -> FinishReason.PAUSE;
            default -> FinishReason.OTHER;
        };
    }
}

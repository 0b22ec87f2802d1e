package dev.millrace.worker.call;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Usage;
import dev.millrace.tokens.TokenCount;

/** Usage where a vendor does not say, flagged as an estimate. Thread-safe; slow, so not for event loops. */
final class TokenEstimate {
    private static final int CHARS_PER_TOKEN = 4;

    private TokenEstimate() {}

    static Usage of(InferenceRequest request, String output, long outputCharsBeyond) {
        return Usage.newBuilder()
                .setInputTokens(TokenCount.ofInput(request.getInput()))
                .setOutputTokens(TokenCount.of(output) + outputCharsBeyond / CHARS_PER_TOKEN)
                .setEstimated(true)
                .build();
    }
}

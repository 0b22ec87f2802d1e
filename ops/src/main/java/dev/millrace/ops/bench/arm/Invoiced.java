package dev.millrace.ops.bench.arm;

import com.fasterxml.jackson.databind.JsonNode;

/** The mock vendor's invoice at one moment. */
public record Invoiced(JsonNode json) {
    /**
     * What calls of one arm come to.
     *
     * @param whole calls answered to their end
     * @param broken calls that broke off
     */
    public record Sum(long whole, long inputTokens, long outputTokens, long broken, long refused) {}

    /** Over all models whose names begin so, without a difference of case. */
    public Sum of(String modelPrefix) {
        long whole = 0;
        long input = 0;
        long output = 0;
        long broken = 0;
        long refused = 0;
        for (var model : json.path("models").properties()) {
            if (model.getKey().startsWith(modelPrefix)) {
                var position = model.getValue();
                whole += position.path("whole").asLong();
                input += position.path("input_tokens").asLong();
                output += position.path("output_tokens").asLong();
                broken += position.path("broken").asLong();
                refused += position.path("refused").asLong();
            }
        }
        return new Sum(whole, input, output, broken, refused);
    }
}

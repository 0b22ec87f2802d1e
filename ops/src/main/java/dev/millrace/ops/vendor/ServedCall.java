package dev.millrace.ops.vendor;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/**
 * One position of the invoice: a call that is over.
 *
 * @param call whose it is
 * @param status of the reply; 0 when none was begun
 * @param inputTokens tokens of the prompt; of a call that broke off what it would have been charged
 * @param outputTokens charged; 0 unless the reply is whole
 * @param sentTokens those that went out; of a streamed reply that broke off the ones whose frames went out complete
 * @param endMillis since the epoch
 */
record ServedCall(
        Begun call, Outcome outcome, int status, long inputTokens, long outputTokens, long sentTokens, long endMillis) {
    /** How a call ended. */
    enum Outcome {
        /** The reply went out to its end. */
        WHOLE("whole"),
        /** The reply broke off, or the client went away before its end. */
        BROKEN("broken"),
        /** Answered with an error. */
        REFUSED("refused");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }
    }

    /**
     * A call that has come in.
     *
     * @param call its number among all calls, from 0, by which the schedule of faults draws
     * @param marker what the caller named it by, empty for nothing
     * @param attempt as the caller counts, 0 when it does not say
     * @param startMillis since the epoch
     */
    record Begun(long call, String model, String marker, int attempt, long startMillis) {}

    /** Appends one line of JSON with a line feed. */
    void writeTo(StringBuilder lines, long number) {
        lines.append("{\"number\":").append(number);
        lines.append(",\"call\":").append(call.call());
        text(lines, ",\"model\":", call.model());
        text(lines, ",\"marker\":", call.marker());
        lines.append(",\"attempt\":").append(call.attempt());
        lines.append(",\"outcome\":\"").append(outcome.word).append('"');
        lines.append(",\"status\":").append(status);
        lines.append(",\"input_tokens\":").append(inputTokens);
        lines.append(",\"output_tokens\":").append(outputTokens);
        lines.append(",\"sent_tokens\":").append(sentTokens);
        lines.append(",\"start_millis\":").append(call.startMillis());
        lines.append(",\"end_millis\":").append(endMillis).append("}\n");
    }

    private static void text(StringBuilder lines, String name, String value) {
        lines.append(name).append('"');
        JsonStringEncoder.getInstance().quoteAsString(value, lines);
        lines.append('"');
    }
}

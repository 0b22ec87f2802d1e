package dev.millrace.ops.history;

/**
 * One position of the vendor's invoice.
 *
 * @param marker what the caller named the call by
 * @param whole true when the reply went out to its end, which is what is charged
 * @param answered true when a reply was begun: false for an error instead of one
 */
public record VendorCall(
        long number,
        String marker,
        boolean whole,
        boolean answered,
        long inputTokens,
        long outputTokens,
        long sentTokens) {}

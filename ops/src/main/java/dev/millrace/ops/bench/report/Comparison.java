package dev.millrace.ops.bench.report;

/**
 * One arm's figure over a reference of the same run.
 *
 * @param name what is compared
 * @param reference over what
 * @param limit what is to be reached
 * @param atMost whether the ratio is to stay below the limit, else above
 * @param valid whether both figures count
 */
public record Comparison(
        String name, String arm, String reference, double ratio, double limit, boolean atMost, boolean valid) {
    public boolean reached() {
        return valid && (atMost ? ratio <= limit : ratio >= limit);
    }
}

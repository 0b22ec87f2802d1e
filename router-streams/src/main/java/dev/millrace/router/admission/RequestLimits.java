package dev.millrace.router.admission;

/**
 * Bounds on what a submitter may send.
 *
 * @param maxRequestBytes encoded request, so that its dispatch still fits the topic; 1 KiB - 2 MiB less 128 KiB; default that
 * @param maxMessages of a conversation; default 10000
 * @param maxFallbacks models to try after the first; default 8
 */
public record RequestLimits(int maxRequestBytes, int maxMessages, int maxFallbacks) {
    private static final int LARGEST = 2 * 1024 * 1024 - 128 * 1024;

    public static final RequestLimits DEFAULTS = new RequestLimits(LARGEST, 10_000, 8);

    public RequestLimits {
        if (maxRequestBytes < 1024 || maxRequestBytes > LARGEST) {
            throw new IllegalArgumentException(
                    "limits.max-request-bytes: must be 1024.." + LARGEST + ", got " + maxRequestBytes);
        }
        if (maxMessages < 1) {
            throw new IllegalArgumentException("limits.max-messages: must be positive, got " + maxMessages);
        }
        if (maxFallbacks < 0) {
            throw new IllegalArgumentException("limits.max-fallbacks: must not be negative, got " + maxFallbacks);
        }
    }
}

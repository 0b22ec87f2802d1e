package dev.millrace.ingress.files;

import java.time.Duration;

/**
 * Bounds of what one account keeps.
 *
 * @param maxFiles that can be listed
 * @param maxBytes of all of them
 * @param maxLife of one file
 */
public record FileLimits(int maxFiles, long maxBytes, Duration maxLife) {
    public static final FileLimits DEFAULTS = new FileLimits(1000, 2L << 30, Duration.ofDays(30));
}

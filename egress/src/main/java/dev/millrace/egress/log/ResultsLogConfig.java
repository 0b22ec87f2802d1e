package dev.millrace.egress.log;

import java.util.Set;

/**
 * Limits of the results reader.
 *
 * @param partitions of {@code inference-results} that this process tails; empty for all; default empty
 * @param maxSubscriptions followed at once; default 20,000
 * @param maxBufferedEvents that one slow client may hold in memory, 1-65,536; default 1024
 * @param maxBufferedBytes that one slow client may hold in memory, as encoded; at least one event is always held; default 1 MiB
 * @param readers consumers that read back from the log, 1-64; default 4
 * @param maxWaitingReads look-ups and resumes that may wait for a reader before new ones are refused; default 256
 * @param maxReplyBytes of output text and media that a look-up puts together; default 8 MiB
 */
public record ResultsLogConfig(
        Set<Integer> partitions,
        int maxSubscriptions,
        int maxBufferedEvents,
        int maxBufferedBytes,
        int readers,
        int maxWaitingReads,
        int maxReplyBytes) {
    public static final ResultsLogConfig DEFAULTS =
            new ResultsLogConfig(Set.of(), 20_000, 1024, 1 << 20, 4, 256, 8 << 20);

    public ResultsLogConfig {
        partitions = Set.copyOf(partitions);
        require("max-subscriptions", maxSubscriptions, 1, 1_000_000);
        require("max-buffered-events", maxBufferedEvents, 1, 65_536);
        require("max-buffered-bytes", maxBufferedBytes, 1024, 1 << 30);
        require("readers", readers, 1, 64);
        require("max-waiting-reads", maxWaitingReads, 1, 100_000);
        require("max-reply-bytes", maxReplyBytes, 1024, 1 << 30);
    }

    private static void require(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "egress.results." + key + ": must be " + min + ".." + max + ", got " + value);
        }
    }
}

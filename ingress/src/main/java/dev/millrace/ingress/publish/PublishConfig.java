package dev.millrace.ingress.publish;

import java.time.Duration;

/**
 * Limits of the writer.
 *
 * @param maxInFlight records sent and not yet acknowledged, 1-100000; default 2048
 * @param maxInFlightBytes of those records, 1 MiB to 1 GiB; default 64 MiB
 * @param maxRecordBytes of one record with key and headers, 64 KiB to 2 MiB, what the topics take; default 2 MiB less 16 KiB for
 *     what the protocol adds
 * @param deliveryTimeout until a record that was not acknowledged counts as lost, 100 ms to 2 min; default 10 s
 */
public record PublishConfig(int maxInFlight, int maxInFlightBytes, int maxRecordBytes, Duration deliveryTimeout) {
    private static final int KIB = 1024;

    public static final PublishConfig DEFAULTS =
            new PublishConfig(2048, 64 * KIB * KIB, (2 * KIB - 16) * KIB, Duration.ofSeconds(10));

    public PublishConfig {
        require("max-in-flight", maxInFlight, 1, 100_000);
        require("max-in-flight-bytes", maxInFlightBytes, KIB * KIB, KIB * KIB * KIB);
        require("max-record-bytes", maxRecordBytes, 64 * KIB, 2 * KIB * KIB);
        if (deliveryTimeout.toMillis() < 100 || deliveryTimeout.compareTo(Duration.ofMinutes(2)) > 0) {
            throw new IllegalArgumentException(
                    "ingress.publish.delivery-timeout: must be PT0.1S..PT2M, got " + deliveryTimeout);
        }
    }

    private static void require(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "ingress.publish." + key + ": must be " + min + ".." + max + ", got " + value);
        }
    }
}

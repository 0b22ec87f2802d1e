package dev.millrace.ingress.http;

import java.time.Duration;

/**
 * Bounds of connections and requests.
 *
 * @param maxBodyBytes of one JSON request, 1 KiB to 64 MiB; default 8 MiB
 * @param maxUploadBytes of one request with files, 1 KiB to 512 MiB; default 64 MiB
 * @param maxBodiesBytes of all bodies held at once, 1 MiB to 64 GiB; more are told to come again; default 512 MiB
 * @param maxUriChars of the request line, 256-65536; default 4096
 * @param maxHeaderBytes of all headers, 1-64 KiB; default 16 KiB
 * @param headTimeout until a new connection has sent its first request line and headers; default 15 s
 * @param bodyTimeout until a request has sent its whole body; default 30 s
 * @param keepAliveTimeout between two requests of a connection, the second one's headers included; default 75 s
 * @param idleTimeout of a connection without a byte in either direction; must outlast the longest answer that is not streamed;
 *     default 15 min
 */
public record HttpLimits(
        int maxBodyBytes,
        int maxUploadBytes,
        long maxBodiesBytes,
        int maxUriChars,
        int maxHeaderBytes,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration keepAliveTimeout,
        Duration idleTimeout) {
    private static final int KIB = 1024;

    public static final HttpLimits DEFAULTS = new HttpLimits(
            8 * KIB * KIB,
            64 * KIB * KIB,
            512L * KIB * KIB,
            4 * KIB,
            16 * KIB,
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofSeconds(75),
            Duration.ofMinutes(15));

    public HttpLimits {
        require("max-body-bytes", maxBodyBytes, KIB, 64 * KIB * KIB);
        require("max-upload-bytes", maxUploadBytes, KIB, 512 * KIB * KIB);
        require("max-bodies-bytes", maxBodiesBytes, (long) KIB * KIB, 64L * KIB * KIB * KIB);
        require("max-uri-chars", maxUriChars, 256, 64 * KIB);
        require("max-header-bytes", maxHeaderBytes, KIB, 64 * KIB);
        require("head-timeout", headTimeout);
        require("body-timeout", bodyTimeout);
        require("keep-alive-timeout", keepAliveTimeout);
        require("idle-timeout", idleTimeout);
    }

    private static void require(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("ingress." + key + ": must be " + min + ".." + max + ", got " + value);
        }
    }

    private static void require(String key, Duration value) {
        if (value.toMillis() < 1 || value.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("ingress." + key + ": must be PT0.001S..PT24H, got " + value);
        }
    }
}

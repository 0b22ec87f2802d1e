package dev.millrace.ingress;

import dev.millrace.ingress.http.HttpLimits;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.ingress.publish.PublishConfig;
import java.time.Duration;
import java.util.List;

/**
 * What an operator may choose about ingress.
 *
 * @param host address to listen on; default {@code 127.0.0.1}
 * @param port 0 takes a free one; default 8080
 * @param eventLoops listeners on that port, 1-64; default 2
 * @param maxOpenAnswers chat answers that clients wait for at once, 1-1000000; more are told to come again; default 10000
 * @param verdictTimeout how long a submit with an idempotency key waits to be decided; default 10 s
 * @param closeTimeout how long requests in progress may go on when the server stops, at most 1 min; default 2 s
 * @param corsOrigins origins of browsers that may call; default none
 * @param http bounds of connections and requests
 * @param body bounds of JSON bodies
 * @param publish limits of the writer
 */
public record IngressConfig(
        String host,
        int port,
        int eventLoops,
        int maxOpenAnswers,
        Duration verdictTimeout,
        Duration closeTimeout,
        List<String> corsOrigins,
        HttpLimits http,
        BodyLimits body,
        PublishConfig publish) {
    public static final IngressConfig DEFAULTS = new IngressConfig(
            "127.0.0.1",
            8080,
            2,
            10_000,
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            List.of(),
            HttpLimits.DEFAULTS,
            BodyLimits.DEFAULTS,
            PublishConfig.DEFAULTS);

    public IngressConfig {
        if (host.isBlank()) {
            throw new IllegalArgumentException("ingress.host: must not be empty");
        }
        require("port", port, 0, 65_535);
        require("event-loops", eventLoops, 1, 64);
        require("max-open-answers", maxOpenAnswers, 1, 1_000_000);
        require("verdict-timeout", verdictTimeout);
        require("close-timeout", closeTimeout);
        corsOrigins = List.copyOf(corsOrigins);
    }

    /** The same on another address. */
    public IngressConfig listeningOn(String newHost, int newPort) {
        return new IngressConfig(
                newHost,
                newPort,
                eventLoops,
                maxOpenAnswers,
                verdictTimeout,
                closeTimeout,
                corsOrigins,
                http,
                body,
                publish);
    }

    private static void require(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("ingress." + key + ": must be " + min + ".." + max + ", got " + value);
        }
    }

    private static void require(String key, Duration value) {
        if (value.toMillis() < 1 || value.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("ingress." + key + ": must be PT0.001S..PT1M, got " + value);
        }
    }
}

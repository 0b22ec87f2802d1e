package dev.millrace.egress;

import dev.millrace.access.Secret;
import dev.millrace.egress.log.ResultsLogConfig;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may choose about egress.
 *
 * @param results limits of the results reader
 * @param pepper under which key hashes are stored; never on the log
 * @param http where to listen; null when another process part serves the routes
 */
public record EgressConfig(
        ResultsLogConfig results, Secret pepper, @Nullable Listen http) {
    /**
     * An address to listen on.
     *
     * @param host default {@code 127.0.0.1}
     * @param port 0 takes a free one; default 8080
     */
    public record Listen(String host, int port) {
        public Listen {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("egress.http.port: must be 0..65535, got " + port);
            }
        }
    }

    /** Defaults, without a server of its own. */
    public static EgressConfig embedded(Secret pepper) {
        return new EgressConfig(ResultsLogConfig.DEFAULTS, pepper, null);
    }
}

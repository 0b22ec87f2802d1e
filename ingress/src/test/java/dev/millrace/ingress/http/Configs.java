package dev.millrace.ingress.http;

import dev.millrace.ingress.IngressConfig;
import java.time.Duration;
import java.util.List;

/** The defaults but for one thing. */
final class Configs {
    private static final IngressConfig D = IngressConfig.DEFAULTS;

    private Configs() {}

    static IngressConfig withMaxOpenAnswers(int max) {
        return of(max, D.verdictTimeout(), D.closeTimeout(), D.corsOrigins(), D.http());
    }

    static IngressConfig withVerdictTimeout(Duration timeout) {
        return of(D.maxOpenAnswers(), timeout, D.closeTimeout(), D.corsOrigins(), D.http());
    }

    static IngressConfig withOrigins(String... origins) {
        return of(D.maxOpenAnswers(), D.verdictTimeout(), D.closeTimeout(), List.of(origins), D.http());
    }

    static IngressConfig withTimeouts(Duration head, Duration body, Duration keepAlive) {
        var http = D.http();
        var limits = new HttpLimits(
                http.maxBodyBytes(),
                http.maxUploadBytes(),
                http.maxBodiesBytes(),
                http.maxUriChars(),
                http.maxHeaderBytes(),
                head,
                body,
                keepAlive,
                http.idleTimeout());
        return of(D.maxOpenAnswers(), D.verdictTimeout(), D.closeTimeout(), D.corsOrigins(), limits);
    }

    private static IngressConfig of(
            int maxOpenAnswers, Duration verdict, Duration close, List<String> origins, HttpLimits http) {
        return new IngressConfig(
                D.host(),
                D.port(),
                D.eventLoops(),
                maxOpenAnswers,
                verdict,
                close,
                origins,
                http,
                D.body(),
                D.publish());
    }
}

package dev.millrace.ingress.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Closes connections that hold a place and ask nothing: those that do not finish their first request head in time, and those that do
 * not begin another request in time. A client that trickles bytes is no exception.
 *
 * <p>One per event loop; not thread-safe.
 */
final class ConnectionGuard {
    private final Vertx vertx;
    private final HttpLimits limits;
    private final Map<HttpConnection, Watch> watches = new HashMap<>();

    ConnectionGuard(Vertx vertx, HttpLimits limits) {
        this.vertx = vertx;
        this.limits = limits;
    }

    private static final class Watch {
        private int requests;
        private long timer;
    }

    /** A connection was accepted. */
    void onConnection(HttpConnection connection) {
        var watch = new Watch();
        watches.put(connection, watch);
        arm(connection, watch, limits.headTimeout());
        connection.closeHandler(closed -> {
            vertx.cancelTimer(watch.timer);
            watches.remove(connection);
        });
    }

    /** A request's head is complete. */
    void onRequest(HttpServerRequest request) {
        var connection = request.connection();
        var watch = watches.get(connection);
        if (watch == null) {
            return;
        }
        watch.requests++;
        vertx.cancelTimer(watch.timer);
        request.response().bodyEndHandler(answered -> {
            watch.requests--;
            if (watch.requests == 0 && watches.containsKey(connection)) {
                arm(connection, watch, limits.keepAliveTimeout());
            }
        });
    }

    private void arm(HttpConnection connection, Watch watch, Duration timeout) {
        watch.timer = vertx.setTimer(timeout.toMillis(), expired -> {
            var _ = connection.close();
        });
    }
}

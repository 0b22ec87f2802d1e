package dev.millrace.egress.access;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;

/**
 * The one way to add a route: each names its scope, and the key is checked before any other handler of the route runs.
 */
public final class ScopedRouter {
    public ScopedRouter(Router router, ApiKeyAuthentication authentication) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
    }

    /** A route for callers with {@code scope}; add its handlers to what is returned. */
    public Route route(HttpMethod method, String path, Scope scope) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }

    /**
     * Closes the router: whatever matches no route is 404, in the dialect of its path.
     *
     * @throws IllegalStateException when the router has a route that names no scope
     */
    public Router sealed() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }
}

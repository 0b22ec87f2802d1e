package dev.millrace.egress.access;

import dev.millrace.egress.access.ApiKeyAuthentication.Result;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.error.ErrorCode;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way to add a route: each names its scope, and the key is checked before any other handler of the route runs.
 *
 * <p>Refusals are 401 and 403 in the dialect of the path. What is not registered here does not exist: {@link #sealed()} refuses a
 * router with any other route.
 */
public final class ScopedRouter {
    private static final Logger LOG = LoggerFactory.getLogger(ScopedRouter.class);
    private static final String SCOPE = "millrace.scope";

    private static final String GOOGLE_PATHS = "/v1beta/";

    private final Router router;
    private final ApiKeyAuthentication authentication;

    public ScopedRouter(Router router, ApiKeyAuthentication authentication) {
        this.router = router;
        this.authentication = authentication;
    }

    /** A route for callers with {@code scope}; add its handlers to what is returned. */
    public Route route(HttpMethod method, String path, Scope scope) {
        return router.route(method, path).putMetadata(SCOPE, scope.text()).handler(context -> check(context, scope));
    }

    private void check(RoutingContext context, Scope scope) {
        var headers = context.request().headers();
        switch (authentication.authenticate(headers.get("Authorization"), apiKey(context))) {
            case Result.Unknown(var reason) -> {
                context.response().putHeader("WWW-Authenticate", "Bearer");
                refuse(context, ErrorCode.AUTHENTICATION_FAILED, reason);
            }
            case Result.Known(var principal) -> {
                if (principal.scopes().contains(scope)) {
                    context.put(Principal.CONTEXT_KEY, principal);
                    context.next();
                } else {
                    refuse(context, ErrorCode.PERMISSION_DENIED, "the API key lacks the scope '" + scope.text() + "'");
                }
            }
        }
    }

    /** A key that is not in {@code Authorization}; in the query only where Google's clients put it. */
    private static @Nullable String apiKey(RoutingContext context) {
        var headers = context.request().headers();
        if (headers.contains("x-api-key")) {
            return headers.get("x-api-key");
        }
        if (headers.contains("x-goog-api-key")) {
            return headers.get("x-goog-api-key");
        }
        return path(context).startsWith(GOOGLE_PATHS) ? context.request().getParam("key") : null;
    }

    /** The path as it was sent: a malformed one has no normal form, and is to be refused all the same. */
    private static String path(RoutingContext context) {
        var path = context.request().path();
        return path == null ? "" : path;
    }

    private static void refuse(RoutingContext context, ErrorCode code, String message) {
        ErrorFormat.ofPath(path(context)).send(context.response(), code.detail(message));
    }

    /**
     * Closes the router: whatever matches no route is 404, or 405 where another method would match, and what fails is 500, each in the
     * dialect of its path.
     *
     * @throws IllegalStateException when the router has a route that names no scope
     */
    public Router sealed() {
        for (var route : router.getRoutes()) {
            if (route.getMetadata(SCOPE) == null) {
                throw new IllegalStateException("route without a scope: " + route.methods() + " " + route.getPath());
            }
        }
        router.errorHandler(400, context -> refuse(context, ErrorCode.INVALID_REQUEST, "the request is malformed"));
        router.errorHandler(404, context -> refuse(context, ErrorCode.NOT_FOUND, "no such route"));
        router.errorHandler(405, this::otherMethods);
        router.errorHandler(500, ScopedRouter::fail);
        return router;
    }

    /** The answer names the methods that would match, as RFC 9110 wants it. */
    private void otherMethods(RoutingContext context) {
        var allowed = router.getRoutes().stream()
                .filter(route -> matches(route.getPath(), path(context)))
                .flatMap(route -> route.methods().stream())
                .map(HttpMethod::name)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        context.response().putHeader("Allow", allowed);
        refuse(context, ErrorCode.METHOD_NOT_ALLOWED, "the route has other methods: " + allowed);
    }

    /** Whether a route's {@code pattern} with {@code :names} and a {@code *} at its end covers {@code path}. */
    private static boolean matches(String pattern, String path) {
        var wanted = pattern.split("/", -1);
        var given = path.split("/", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("*")) {
                return true;
            }
            boolean same = i < given.length && (wanted[i].equals(given[i]) || wanted[i].startsWith(":"));
            if (!same) {
                return false;
            }
        }
        return wanted.length == given.length;
    }

    private static void fail(RoutingContext context) {
        LOG.atError()
                .setCause(context.failure())
                .addKeyValue("path", path(context))
                .log("a request failed");
        if (!context.response().headWritten()) {
            refuse(context, ErrorCode.INTERNAL, "something went wrong here; the log of the server has the cause");
        } else {
            context.response().reset();
        }
    }
}

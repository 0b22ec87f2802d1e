package dev.millrace.egress.access;

import dev.millrace.access.Secret;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;

/**
 * Lets a request pass when it presents a live API key, as {@code Authorization: Bearer} or {@code x-api-key}, that holds the scope
 * the route names.
 */
public final class ApiKeyAuthentication {
    public ApiKeyAuthentication(KeyTable keys, Secret pepper, InstantSource clock) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
    }

    /** The handler of a route that needs {@code scope}; puts the {@link Principal} into the context. */
    public Handler<RoutingContext> requires(Scope scope) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }
}

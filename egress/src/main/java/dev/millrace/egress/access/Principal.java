package dev.millrace.egress.access;

import dev.millrace.job.AccountId;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * Who is calling, as the API key tells. The account of a call is always this one, never a value of the request.
 *
 * @param keyId id of the key, for reports
 */
public record Principal(AccountId account, String keyId, Set<Scope> scopes) {
    static final String CONTEXT_KEY = "millrace.principal";

    public Principal {
        scopes = Set.copyOf(scopes);
    }

    /**
     * The caller of an authenticated route.
     *
     * @throws IllegalStateException when the route was not registered with a scope
     */
    public static Principal of(RoutingContext context) {
        Principal principal = context.get(CONTEXT_KEY);
        if (principal == null) {
            throw new IllegalStateException("route without authentication: " + context.normalizedPath());
        }
        return principal;
    }
}

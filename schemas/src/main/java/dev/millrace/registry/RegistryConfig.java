package dev.millrace.registry;

import dev.millrace.access.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the schema registry.
 *
 * @param urls base addresses, tried in order; a path prefix such as {@code /apis/ccompat/v7} belongs to the address
 * @param authorization value of the {@code Authorization} header ({@code Basic …}, {@code Bearer …}), or null
 * @param requestTimeout of one request, its whole answer included; default 5 s
 * @param maxAttempts tries over all addresses before giving up, 1-20; default 5
 * @param autoRegister whether a writer registers its schema; when false an unknown schema is an error; default true
 */
public record RegistryConfig(
        List<URI> urls,
        @Nullable Secret authorization,
        Duration requestTimeout,
        int maxAttempts,
        boolean autoRegister) {
    /** Checked here because the HTTP client would print a value that it refuses. */
    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]+( +[!-~]+)*");

    public RegistryConfig {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("registry.urls: must name at least one address");
        }
        for (var url : urls) {
            if (url.getRawUserInfo() != null) {
                throw new IllegalArgumentException(
                        "registry.urls: must not hold credentials, they belong in registry.authorization; host "
                                + url.getHost());
            }
            if ((!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) || url.getHost() == null) {
                throw new IllegalArgumentException("registry.urls: must be http or https with a host, got " + url);
            }
        }
        if (authorization != null
                && !HEADER_VALUE.matcher(authorization.reveal()).matches()) {
            throw new IllegalArgumentException(
                    "registry.authorization: must be visible ASCII characters and spaces, on one line");
        }
        if (!requestTimeout.isPositive()) {
            throw new IllegalArgumentException("registry.request-timeout: must be positive, got " + requestTimeout);
        }
        if (maxAttempts < 1 || maxAttempts > 20) {
            throw new IllegalArgumentException("registry.max-attempts: must be 1..20, got " + maxAttempts);
        }
    }

    /** Defaults for one address. */
    public static RegistryConfig of(URI url) {
        return new RegistryConfig(List.of(url), null, Duration.ofSeconds(5), 5, true);
    }
}

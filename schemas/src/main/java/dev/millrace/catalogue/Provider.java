package dev.millrace.catalogue;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A vendor, or a server that speaks a vendor's dialect.
 *
 * @param id first part of its models' names
 * @param adapter which codec speaks to it: {@code local}, {@code openai-compatible}
 * @param baseUrl address up to and with the version, such as {@code https://api.openai.com/v1}; null only for {@code local}
 * @param pool worker pool that serves it
 * @param credentialEnv environment variable that holds the key, or null
 * @param credentialRequired whether a call without a key is refused before it is sent
 * @param headers further request headers
 * @param quirks where it departs from its dialect; the adapter documents the names
 * @param maxConcurrent calls at once per worker process
 * @param openModels whether any {@code id/<name>} is accepted and passed on by name
 * @param defaultPrices prices of models without their own, or null
 */
public record Provider(
        String id,
        String adapter,
        @Nullable URI baseUrl,
        String pool,
        @Nullable String credentialEnv,
        boolean credentialRequired,
        Map<String, String> headers,
        Map<String, String> quirks,
        int maxConcurrent,
        boolean openModels,
        @Nullable Prices defaultPrices) {
    public Provider {
        headers = Map.copyOf(headers);
        quirks = Map.copyOf(quirks);
    }
}

package dev.millrace.ops.config;

import dev.millrace.access.Secret;
import dev.millrace.registry.RegistryConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code registry}: the schema registry. */
public final class RegistrySection {
    public static final Setting<List<URI>> URLS = new Setting<>(
            "registry.urls",
            CompoundTypes.list(ValueTypes.httpUri()),
            List.of(URI.create("http://127.0.0.1:8081")),
            "Addresses of a Confluent-compatible schema registry, tried in order. `up` ignores it: it brings its own.");
    public static final Setting<Optional<Secret>> AUTHORIZATION = new Setting<>(
            "registry.authorization",
            CompoundTypes.optional(ValueTypes.secret()),
            Optional.empty(),
            "Value of the `Authorization` header of every request to the registry.");
    public static final Setting<Duration> REQUEST_TIMEOUT = new Setting<>(
            "registry.request-timeout",
            ValueTypes.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
            Duration.ofSeconds(5),
            "Longest wait for one answer of the registry.");
    public static final Setting<Integer> MAX_ATTEMPTS = new Setting<>(
            "registry.max-attempts",
            ValueTypes.integer(1, 20),
            5,
            "Tries over all addresses before the registry counts as down.");
    public static final Setting<Boolean> AUTO_REGISTER = new Setting<>(
            "registry.auto-register",
            ValueTypes.bool(),
            true,
            "Whether writers register their schemas; when false an unknown schema is an error at the start.");

    static final List<Setting<?>> ALL = List.of(URLS, AUTHORIZATION, REQUEST_TIMEOUT, MAX_ATTEMPTS, AUTO_REGISTER);

    private RegistrySection() {}

    /** The registry of the configuration. */
    public static RegistryConfig registry(Configuration configuration) {
        return registry(configuration, configuration.get(URLS));
    }

    /** The same at other addresses. */
    public static RegistryConfig registry(Configuration configuration, List<URI> urls) {
        return new RegistryConfig(
                urls,
                configuration.get(AUTHORIZATION).orElse(null),
                configuration.get(REQUEST_TIMEOUT),
                configuration.get(MAX_ATTEMPTS),
                configuration.get(AUTO_REGISTER));
    }
}

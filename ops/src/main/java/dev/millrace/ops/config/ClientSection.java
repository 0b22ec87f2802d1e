package dev.millrace.ops.config;

import dev.millrace.access.Secret;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** {@code client}: how the command line reaches a running Millrace that is not a development stack of this machine. */
public final class ClientSection {
    public static final Setting<Optional<URI>> URL = new Setting<>(
            "client.url",
            CompoundTypes.optional(ValueTypes.httpUri()),
            Optional.empty(),
            "Public address to call; empty: the one in `endpoints.json` of the development stack.");
    public static final Setting<Optional<Secret>> API_KEY = new Setting<>(
            "client.api-key",
            CompoundTypes.optional(ValueTypes.secret()),
            Optional.empty(),
            "API key to call with; empty: the one in `endpoints.json`.");
    public static final Setting<Optional<Secret>> ADMIN_KEY = new Setting<>(
            "client.admin-key",
            CompoundTypes.optional(ValueTypes.secret()),
            Optional.empty(),
            "Key for administration; empty: the one in `endpoints.json`.");

    static final List<Setting<?>> ALL = List.of(URL, API_KEY, ADMIN_KEY);

    private ClientSection() {}
}

package dev.millrace.ops.cli;

import dev.millrace.access.Secret;
import dev.millrace.ops.client.Endpoints;
import dev.millrace.ops.client.EndpointsFile;
import dev.millrace.ops.client.MillraceClient;
import dev.millrace.ops.config.ClientSection;
import dev.millrace.ops.config.Configuration;
import dev.millrace.ops.config.ConfigurationLoader;
import dev.millrace.ops.config.ConfigurationSources;
import dev.millrace.ops.config.StackSection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What all commands share: console, environment and the options that every command takes. Not thread-safe. */
final class Session {
    private final Console console;
    private final Map<String, String> environment;
    private final Path directory;
    private final Map<String, ConfigurationSources.FlagValue> flags = new LinkedHashMap<>();
    private @Nullable Path configFile;
    private boolean debug;

    Session(Console console, Map<String, String> environment, Path directory) {
        this.console = console;
        this.environment = Map.copyOf(environment);
        this.directory = directory;
    }

    Console console() {
        return console;
    }

    Map<String, String> environment() {
        return environment;
    }

    boolean debug() {
        return debug;
    }

    void debug(boolean wanted) {
        debug = wanted;
    }

    void configFile(Path file) {
        configFile = file;
    }

    /** Lets an option of the command line replace a key of the configuration. */
    void flag(String key, String name, String text) {
        flags.put(key, new ConfigurationSources.FlagValue(name, text));
    }

    /** The configuration of file, environment and the flags so far. */
    Configuration configuration() {
        var sources = ConfigurationSources.of(directory, environment);
        var file = configFile == null ? sources.file() : Optional.of(directory.resolve(configFile));
        return ConfigurationLoader.load(new ConfigurationSources(file, environment, flags));
    }

    /** A client with the caller's key. */
    MillraceClient client() {
        return client(false);
    }

    /** A client with the administrator's key. */
    MillraceClient adminClient() {
        return client(true);
    }

    private MillraceClient client(boolean admin) {
        var configuration = configuration();
        var url = configuration.get(ClientSection.URL);
        var key = configuration.get(admin ? ClientSection.ADMIN_KEY : ClientSection.API_KEY);
        if (url.isPresent() && key.isPresent()) {
            return new MillraceClient(url.get(), key.get());
        }
        var endpoints = endpoints(configuration);
        return new MillraceClient(url.orElse(endpoints.http()), key.orElse(keyOf(endpoints, admin)));
    }

    private static Secret keyOf(Endpoints endpoints, boolean admin) {
        return admin ? endpoints.adminKey() : endpoints.apiKey();
    }

    /** The running development stack's addresses. */
    Endpoints endpoints(Configuration configuration) {
        return findEndpoints(configuration)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.INFRASTRUCTURE,
                        "No running development stack was found (" + configuration.get(StackSection.DATA) + "/"
                                + EndpointsFile.NAME
                                + "): start one with ./millrace up, or name another with --data or "
                                + ClientSection.URL.variable() + "."));
    }

    /** The same; empty when none runs. */
    Optional<Endpoints> findEndpoints(Configuration configuration) {
        var data = configuration.get(StackSection.DATA);
        var file = EndpointsFile.nearest(directory, data);
        try {
            return file.isEmpty() ? Optional.empty() : Optional.of(EndpointsFile.read(file.get()));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INFRASTRUCTURE, "The file " + file.get() + " cannot be read: " + e);
        }
    }
}

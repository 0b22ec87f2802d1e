package dev.millrace.ops.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where configuration may come from.
 *
 * @param file the YAML file; empty: none
 * @param environment all environment variables of the process
 * @param flags values given on the command line, by key
 */
public record ConfigurationSources(Optional<Path> file, Map<String, String> environment, Map<String, FlagValue> flags) {
    /** Read when no file is named and it exists in the working directory. */
    public static final String DEFAULT_FILE = "millrace.yaml";

    /** A value given as {@code --name text}. */
    public record FlagValue(String name, String text) {}

    public ConfigurationSources {
        environment = Map.copyOf(environment);
        flags = Map.copyOf(flags);
    }

    /** The default file of the directory, when it is there, and no flags. */
    public static ConfigurationSources of(Path directory, Map<String, String> environment) {
        var file = directory.resolve(DEFAULT_FILE);
        return new ConfigurationSources(
                Files.exists(file) ? Optional.of(file) : Optional.empty(), environment, Map.of());
    }

    /** The same with one more flag. */
    public ConfigurationSources withFlag(String key, String name, String text) {
        var more = new LinkedHashMap<>(flags);
        more.put(key, new FlagValue(name, text));
        return new ConfigurationSources(file, environment, more);
    }
}

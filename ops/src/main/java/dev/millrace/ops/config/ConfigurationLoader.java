package dev.millrace.ops.config;

import dev.millrace.ops.config.Configuration.Chosen;
import dev.millrace.ops.config.Raw.Scalar;
import dev.millrace.ops.config.ValueType.Bad;
import dev.millrace.ops.config.ValueType.Good;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Configuration} of file, environment and flags, or says everything that is wrong with them. */
public final class ConfigurationLoader {
    private static final String VARIABLE_PREFIX = "MILLRACE_";

    /** Variables of the launcher; not configuration. */
    private static final Set<String> FOREIGN_VARIABLES =
            Set.of("MILLRACE_JAVA_HOME", "MILLRACE_JAVA_OPTS", "MILLRACE_SKIP_BUILD", "MILLRACE_AOT");

    private final ConfigurationSources sources;
    private final List<Mistake> mistakes = new ArrayList<>();

    private ConfigurationLoader(ConfigurationSources sources) {
        this.sources = sources;
    }

    /**
     * Reads everything.
     *
     * @throws ConfigurationException with all mistakes at once
     */
    public static Configuration load(ConfigurationSources sources) {
        return new ConfigurationLoader(sources).load();
    }

    private Configuration load() {
        var written = new HashMap<String, Located>();
        fromFile(written);
        fromEnvironment(written);
        fromFlags(written);
        var chosen = new LinkedHashMap<Setting<?>, Chosen<?>>();
        for (var setting : Settings.ALL) {
            chosen.put(setting, choose(setting, written.get(setting.key())));
        }
        var configuration = new Configuration(chosen);
        mistakes.addAll(Sections.problems(configuration));
        if (!mistakes.isEmpty()) {
            throw new ConfigurationException(mistakes);
        }
        return configuration;
    }

    private void fromFile(Map<String, Located> written) {
        if (sources.file().isEmpty()) {
            return;
        }
        var mappingKeys = Settings.ALL.stream()
                .filter(setting -> setting.type().takesMapping())
                .map(Setting::key)
                .collect(Collectors.toSet());
        ConfigurationFile.read(sources.file().get(), mappingKeys, mistakes).forEach((key, value) -> {
            if (Settings.find(key).isPresent()) {
                written.put(key, value);
            } else {
                mistakes.add(new Mistake(key, value.origin(), "unknown key" + NearNames.hint(key, Settings.keys())));
            }
        });
    }

    private void fromEnvironment(Map<String, Located> written) {
        var keysByVariable = Settings.ALL.stream().collect(Collectors.toMap(Setting::variable, Setting::key));
        sources.environment().forEach((variable, text) -> {
            if (!variable.startsWith(VARIABLE_PREFIX) || FOREIGN_VARIABLES.contains(variable)) {
                return;
            }
            var origin = new Origin.Environment(variable);
            var key = keysByVariable.get(variable);
            if (key == null) {
                mistakes.add(new Mistake(
                        variable, origin, "unknown variable" + NearNames.hint(variable, keysByVariable.keySet())));
            } else {
                written.put(key, new Located(new Scalar(text), origin));
            }
        });
    }

    private void fromFlags(Map<String, Located> written) {
        sources.flags().forEach((key, flag) -> {
            var origin = new Origin.Flag(flag.name());
            if (Settings.find(key).isPresent()) {
                written.put(key, new Located(new Scalar(flag.text()), origin));
            } else {
                mistakes.add(new Mistake(key, origin, "unknown key" + NearNames.hint(key, Settings.keys())));
            }
        });
    }

    private <T> Chosen<T> choose(Setting<T> setting, @Nullable Located written) {
        if (written == null) {
            return new Chosen<>(setting, setting.defaultValue(), new Origin.Default());
        }
        return switch (setting.type().parse(written.raw())) {
            case Good<T>(var value) -> new Chosen<>(setting, value, written.origin());
            case Bad<T>(var reason) -> {
                mistakes.add(new Mistake(setting.key(), written.origin(), reason));
                yield new Chosen<>(setting, setting.defaultValue(), new Origin.Default());
            }
        };
    }
}

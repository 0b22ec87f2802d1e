package dev.millrace.ops.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Every setting with its value and where the value came from. Immutable; values are of the right type and range. */
public final class Configuration {
    private final Map<Setting<?>, Chosen<?>> chosen;

    Configuration(Map<Setting<?>, Chosen<?>> chosen) {
        this.chosen = Map.copyOf(chosen);
    }

    /** One value and its origin. */
    public record Chosen<T>(Setting<T> setting, T value, Origin origin) {
        /** The value for people; secrets as {@code ***}. */
        public String valueText() {
            return setting.type().render(value);
        }
    }

    /** The value in force. */
    public <T> T get(Setting<T> setting) {
        return chosen(setting).value();
    }

    /** True when nobody set it. */
    public boolean isDefault(Setting<?> setting) {
        return chosen(setting).origin() instanceof Origin.Default;
    }

    /** The same with another default for a key that nobody has set. */
    public Configuration withDefault(String key, String text) {
        var setting = Settings.find(key).orElseThrow(() -> new IllegalArgumentException("no key " + key));
        if (!isDefault(setting)) {
            return this;
        }
        var changed = new HashMap<>(chosen);
        changed.put(setting, parsed(setting, text));
        return new Configuration(changed);
    }

    private static <T> Chosen<T> parsed(Setting<T> setting, String text) {
        return switch (setting.type().parse(new Raw.Scalar(text))) {
            case ValueType.Good<T>(var value) -> new Chosen<>(setting, value, new Origin.Default());
            case ValueType.Bad<T>(var reason) -> throw new IllegalArgumentException(setting.key() + ": " + reason);
        };
    }

    /** Everything, in the order of the documentation. */
    public List<Chosen<?>> explain() {
        return Settings.ALL.stream()
                .<Chosen<?>>map(setting -> Objects.requireNonNull(chosen.get(setting)))
                .toList();
    }

    @SuppressWarnings("unchecked") // a setting is stored with the value of its own type
    <T> Chosen<T> chosen(Setting<T> setting) {
        return (Chosen<T>) Objects.requireNonNull(chosen.get(setting), setting.key());
    }
}

package dev.millrace.ops.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one module's configuration record: a key per component, with the record's own defaults, types and rules.
 *
 * <p>A component that is a record is a section within the section. What the record's constructor refuses is a mistake of the key of
 * that component.
 */
final class RecordSection<R extends Record> {
    private final String prefix;
    private final R defaults;
    private final List<Part> parts;

    private RecordSection(String prefix, R defaults, List<Part> parts) {
        this.prefix = prefix;
        this.defaults = defaults;
        this.parts = parts;
    }

    /** One component: a key, a section, or neither. */
    private sealed interface Part {}

    private record Key(Setting<?> setting, boolean nullable) implements Part {}

    private record Section(RecordSection<?> section) implements Part {}

    /** Not the operator's to choose: given by the process, or the default. */
    private record Fixed(String name, @Nullable Object value) implements Part {}

    /**
     * The section of a record.
     *
     * @param prefix key of the section
     * @param fixed names of components that are not configured here
     */
    static <R extends Record> RecordSection<R> of(String prefix, R defaults, String... fixed) {
        var parts = new ArrayList<Part>();
        for (var component : defaults.getClass().getRecordComponents()) {
            var value = valueOf(component, defaults);
            parts.add(
                    Arrays.asList(fixed).contains(component.getName())
                            ? new Fixed(component.getName(), value)
                            : part(prefix + "." + kebab(component.getName()), component, value));
        }
        return new RecordSection<>(prefix, defaults, parts);
    }

    private static Part part(String key, RecordComponent component, @Nullable Object value) {
        if (value instanceof Record nested) {
            return new Section(of(key, nested));
        }
        var meaning = new Setting.Component(component.getDeclaringRecord(), component.getName());
        var type = ComponentTypes.of(component);
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        return nullable
                ? new Key(optional(key, type, value, meaning), true)
                : new Key(plain(key, type, Objects.requireNonNull(value, key), meaning), false);
    }

    @SuppressWarnings("unchecked") // the type was made for the component
    private static <T> Setting<T> plain(String key, ValueType<T> type, Object value, Setting.Meaning meaning) {
        return new Setting<>(key, type, (T) value, meaning);
    }

    @SuppressWarnings("unchecked") // the type was made for the component
    private static <T> Setting<Optional<T>> optional(
            String key, ValueType<T> type, @Nullable Object value, Setting.Meaning meaning) {
        return new Setting<>(key, CompoundTypes.optional(type), Optional.ofNullable((T) value), meaning);
    }

    /** Every key, in the order of the components. */
    List<Setting<?>> settings() {
        return parts.stream().flatMap(RecordSection::settings).toList();
    }

    private static Stream<Setting<?>> settings(Part part) {
        return switch (part) {
            case Key key -> Stream.of(key.setting());
            case Section(var section) -> section.settings().stream();
            case Fixed _ -> Stream.empty();
        };
    }

    /**
     * The record of the configuration.
     *
     * @throws IllegalArgumentException when the record refuses the values
     */
    R bind(Configuration configuration) {
        return bind(configuration, Map.of());
    }

    /** The same with the values of fixed components, by their names. */
    R bind(Configuration configuration, Map<String, Object> given) {
        return construct(values(configuration, given));
    }

    private @Nullable Object[] values(Configuration configuration, Map<String, Object> given) {
        return parts.stream().map(part -> bind(part, configuration, given)).toArray();
    }

    private static @Nullable Object bind(Part part, Configuration configuration, Map<String, Object> given) {
        return switch (part) {
            case Key(var setting, var nullable) -> {
                var value = configuration.get(setting);
                yield nullable && value instanceof Optional<?> optional ? optional.orElse(null) : value;
            }
            case Section(var section) -> section.bind(configuration);
            case Fixed(var name, var value) -> given.getOrDefault(name, value);
        };
    }

    /** What the record refuses, key by key where a single value is to blame. */
    List<Mistake> problems(Configuration configuration) {
        var mistakes = new ArrayList<Mistake>();
        for (var part : parts) {
            if (part instanceof Section(var section)) {
                mistakes.addAll(section.problems(configuration));
            }
        }
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof Key key) {
                blame(configuration, key.setting(), i).ifPresent(mistakes::add);
            }
        }
        return mistakes.isEmpty() ? together(configuration) : mistakes;
    }

    /** Whether the value of one key is refused beside the defaults of all others. */
    private Optional<Mistake> blame(Configuration configuration, Setting<?> setting, int index) {
        var values = defaultValues();
        values[index] = bind(parts.get(index), configuration, Map.of());
        return refusal(values)
                .map(reason ->
                        new Mistake(setting.key(), configuration.chosen(setting).origin(), reason));
    }

    private List<Mistake> together(Configuration configuration) {
        return refusal(values(configuration, Map.of()))
                .map(reason -> List.of(new Mistake(prefix, new Origin.Default(), reason)))
                .orElse(List.of());
    }

    private Optional<String> refusal(@Nullable Object[] values) {
        try {
            construct(values);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            var message = String.valueOf(e.getMessage());
            int colon = message.indexOf(": ");
            return Optional.of(colon < 0 ? message : message.substring(colon + 2));
        }
    }

    private @Nullable Object[] defaultValues() {
        return Arrays.stream(defaults.getClass().getRecordComponents())
                .map(component -> valueOf(component, defaults))
                .toArray();
    }

    @SuppressWarnings("unchecked") // the constructor is R's own
    private R construct(@Nullable Object[] values) {
        var components = defaults.getClass().getRecordComponents();
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = defaults.getClass().getDeclaredConstructor(types);
            return (R) constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException("cannot make " + defaults.getClass(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("not a public record: " + defaults.getClass(), e);
        }
    }

    private static @Nullable Object valueOf(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("not a public record: " + record.getClass(), e);
        }
    }

    /** {@code maxBodyBytes} as {@code max-body-bytes}. */
    static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}

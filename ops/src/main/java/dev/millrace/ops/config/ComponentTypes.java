package dev.millrace.ops.config;

import dev.millrace.access.Secret;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** How the components of configuration records are written. Ranges are the records' own business. */
final class ComponentTypes {
    private ComponentTypes() {}

    static ValueType<?> of(RecordComponent component) {
        return of(component.getGenericType());
    }

    private static ValueType<?> of(Type type) {
        if (type instanceof ParameterizedType generic) {
            var item = of(generic.getActualTypeArguments()[0]);
            if (generic.getRawType() == List.class) {
                return CompoundTypes.list(item);
            }
            if (generic.getRawType() == Set.class) {
                return CompoundTypes.set(item);
            }
        }
        if (type instanceof Class<?> plain) {
            return ofClass(plain);
        }
        throw new IllegalArgumentException("no way to write a " + type);
    }

    private static ValueType<?> ofClass(Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return ValueTypes.integer();
        }
        if (type == long.class || type == Long.class) {
            return ValueTypes.longInteger();
        }
        if (type == double.class || type == Double.class) {
            return ValueTypes.decimal();
        }
        if (type == boolean.class || type == Boolean.class) {
            return ValueTypes.bool();
        }
        if (type == String.class) {
            return ValueTypes.text();
        }
        if (type == Duration.class) {
            return ValueTypes.duration();
        }
        if (type == Path.class) {
            return ValueTypes.path();
        }
        if (type == URI.class) {
            return ValueTypes.httpUri();
        }
        if (type == Secret.class) {
            return ValueTypes.secret();
        }
        if (type.isEnum()) {
            return ValueTypes.choice(type);
        }
        throw new IllegalArgumentException("no way to write a " + type);
    }
}

package dev.millrace.ops.registry;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/** Resolves the named types that a schema takes from other registered schemas, through any depth. */
final class References {
    private final RegistryState state;
    private final Set<SchemaReference> seen = new HashSet<>();
    private final Map<String, Schema> typesByName = new LinkedHashMap<>();

    private References(RegistryState state) {
        this.state = state;
    }

    /**
     * All named types of the referenced schemas.
     *
     * @throws RegistryRefusal when a referenced version does not exist
     */
    static Collection<Schema> types(RegistryState state, List<SchemaReference> references) {
        var resolution = new References(state);
        references.forEach(resolution::add);
        return resolution.typesByName.values();
    }

    /** References with {@code latest} replaced by the version that it is now. */
    static List<SchemaReference> pinned(RegistryState state, List<SchemaReference> references) {
        return references.stream()
                .map(reference -> new SchemaReference(
                        reference.name(),
                        reference.subject(),
                        find(state, reference).version()))
                .toList();
    }

    private static SchemaVersion find(RegistryState state, SchemaReference reference) {
        var found = reference.version() == -1
                ? state.latest(reference.subject(), false)
                : state.version(reference.subject(), reference.version(), false);
        return found.orElseThrow(() -> RegistryError.INVALID_SCHEMA.refusal("No schema reference found for subject \""
                + reference.subject() + "\" and version " + reference.version()));
    }

    private void add(SchemaReference reference) {
        if (!seen.add(reference)) {
            return;
        }
        var content = find(state, reference).content();
        content.references().forEach(this::add);
        collect(AvroText.parse(content.schema(), typesByName.values()).schema());
    }

    private void collect(Schema schema) {
        switch (schema.getType()) {
            case RECORD -> {
                if (typesByName.putIfAbsent(schema.getFullName(), schema) == null) {
                    schema.getFields().forEach(field -> collect(field.schema()));
                }
            }
            case ENUM, FIXED -> typesByName.putIfAbsent(schema.getFullName(), schema);
            case ARRAY -> collect(schema.getElementType());
            case MAP -> collect(schema.getValueType());
            case UNION -> schema.getTypes().forEach(this::collect);
            case STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {
                // no names inside
            }
        }
    }
}

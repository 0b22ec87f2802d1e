package dev.millrace.ops.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an id stands for: the same content has the same id under every subject.
 *
 * @param schema canonical text: as Avro prints it, references not inlined
 * @param metadata properties of the schema that clients select by; kept as sent
 * @param ruleSet data-contract rules, which clients execute; kept as sent
 */
record SchemaContent(
        String schema,
        List<SchemaReference> references,
        @Nullable JsonNode metadata,
        @Nullable JsonNode ruleSet) {
    SchemaContent {
        references = List.copyOf(references);
    }

    SchemaContent(String schema) {
        this(schema, List.of(), null, null);
    }

    /** An id that depends on the content alone, so that it is the same in every registry of this kind. */
    UUID guid() {
        return UUID.nameUUIDFromBytes(toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the schema's metadata has this property with this value. */
    boolean hasProperty(String key, String value) {
        return metadata != null
                && metadata.path("properties").path(key).isTextual()
                && metadata.path("properties").path(key).textValue().equals(value);
    }
}

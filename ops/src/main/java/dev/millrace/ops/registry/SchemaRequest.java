package dev.millrace.ops.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A schema as clients send it.
 *
 * @param schema Avro text, unchecked
 * @param references version −1 stands for the latest
 */
record SchemaRequest(
        String schema,
        List<SchemaReference> references,
        @Nullable JsonNode metadata,
        @Nullable JsonNode ruleSet) {
    private static final int MAX_REFERENCES = 256;

    /** @throws RegistryRefusal when the body is no schema request, or one of a type other than Avro */
    static SchemaRequest of(JsonNode body) {
        if (!body.isObject()) {
            throw RegistryError.BAD_REQUEST.refusal("The body must be a JSON object with a \"schema\"");
        }
        var type = body.path("schemaType");
        if (!type.isMissingNode() && !type.isNull() && !type.asText().equals("AVRO")) {
            throw RegistryError.INVALID_SCHEMA.refusal("Invalid schema type " + type.asText()
                    + ": this registry takes AVRO only; use a full registry for other types");
        }
        var schema = body.path("schema");
        if (!schema.isTextual()) {
            throw RegistryError.INVALID_SCHEMA.refusal("Empty schema: \"schema\" must be a string");
        }
        return new SchemaRequest(
                schema.textValue(),
                references(body.path("references")),
                objectOrNull(body.path("metadata")),
                objectOrNull(body.path("ruleSet")));
    }

    private static @Nullable JsonNode objectOrNull(JsonNode node) {
        return node.isObject() ? node : null;
    }

    private static List<SchemaReference> references(JsonNode nodes) {
        if (nodes.size() > MAX_REFERENCES) {
            throw RegistryError.INVALID_SCHEMA.refusal("More than " + MAX_REFERENCES + " references");
        }
        var references = new ArrayList<SchemaReference>();
        for (var node : nodes) {
            var name = node.path("name").textValue();
            var subject = node.path("subject").textValue();
            var version = node.path("version");
            if (name == null || subject == null || !version.isInt()) {
                throw RegistryError.INVALID_SCHEMA.refusal(
                        "Invalid reference " + node + ": needs a name, a subject and a version");
            }
            references.add(new SchemaReference(name, subject, version.intValue()));
        }
        return references;
    }
}

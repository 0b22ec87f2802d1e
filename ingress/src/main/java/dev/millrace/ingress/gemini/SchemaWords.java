package dev.millrace.ingress.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;

/**
 * Turns the dialect's older schemas, a subset of OpenAPI's with types in capitals, into JSON Schema.
 *
 * @see <a href="https://ai.google.dev/api/caching#Schema">Schema</a>
 */
final class SchemaWords {
    /** Numbers that Google writes as texts. */
    private static final Set<String> COUNTS =
            Set.of("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties");

    private SchemaWords() {}

    static JsonNode jsonSchema(JsonNode schema) {
        if (!(schema instanceof ObjectNode object)) {
            return schema;
        }
        var copy = object.objectNode();
        object.properties().forEach(member -> {
            var name = member.getKey();
            var value = member.getValue();
            switch (name) {
                case "type" -> type(copy, value);
                case "properties" -> {
                    var properties = copy.putObject(name);
                    value.properties()
                            .forEach(property -> properties.set(property.getKey(), jsonSchema(property.getValue())));
                }
                case "items" -> copy.set(name, jsonSchema(value));
                case "anyOf" -> {
                    ArrayNode choices = copy.putArray(name);
                    value.forEach(choice -> choices.add(jsonSchema(choice)));
                }
                case "nullable" -> {}
                default -> copy.set(name, COUNTS.contains(name) && value.isTextual() ? count(copy, value) : value);
            }
        });
        if (object.path("nullable").asBoolean()) {
            nullable(copy);
        }
        return copy;
    }

    private static JsonNode count(ObjectNode factory, JsonNode text) {
        var digits = text.asText();
        return digits.matches("\\d{1,18}") ? factory.numberNode(Long.parseLong(digits)) : text;
    }

    private static void type(ObjectNode into, JsonNode type) {
        if (!type.asText().equals("TYPE_UNSPECIFIED")) {
            into.set("type", type.isTextual() ? into.textNode(type.asText().toLowerCase(Locale.ROOT)) : type);
        }
    }

    private static void nullable(ObjectNode schema) {
        var type = schema.get("type");
        if (type != null && type.isTextual()) {
            schema.putArray("type").add(type).add("null");
        }
        if (schema.path("enum") instanceof ArrayNode values) {
            values.addNull();
        }
    }
}

package dev.millrace.worker.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** Makes the smallest value that a JSON Schema plainly asks for; good enough for tool arguments and structured output in tests. */
final class SchemaSample {
    private static final int MAX_DEPTH = 16;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private SchemaSample() {}

    static JsonNode of(JsonNode schema, String text) {
        return of(schema, text, 0);
    }

    private static JsonNode of(JsonNode schema, String text, int depth) {
        if (depth > MAX_DEPTH) {
            return JSON.nullNode();
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (!schema.path("enum").isEmpty()) {
            return schema.path("enum").path(0);
        }
        if (!schema.path("anyOf").isEmpty()) {
            return of(schema.path("anyOf").path(0), text, depth + 1);
        }
        var type = schema.path("type");
        return switch (type.isArray() ? type.path(0).asText() : type.asText()) {
            case "string" -> JSON.textNode(text);
            case "integer" -> JSON.numberNode(schema.path("minimum").asLong(1));
            case "number" -> JSON.numberNode(schema.path("minimum").asDouble(1.5));
            case "boolean" -> JSON.booleanNode(true);
            case "null" -> JSON.nullNode();
            case "array" -> JSON.arrayNode().add(of(schema.path("items"), text, depth + 1));
            default -> {
                var object = JSON.objectNode();
                schema.path("properties")
                        .properties()
                        .forEach(property -> object.set(property.getKey(), of(property.getValue(), text, depth + 1)));
                yield object;
            }
        };
    }
}

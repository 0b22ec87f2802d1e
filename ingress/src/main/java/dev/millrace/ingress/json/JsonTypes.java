package dev.millrace.ingress.json;

import com.fasterxml.jackson.databind.JsonNode;

/** What people call the types of JSON. */
final class JsonTypes {
    private JsonTypes() {}

    static String article(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case BOOLEAN -> "a boolean";
            case NUMBER -> node.isIntegralNumber() ? "an integer" : "a decimal number";
            case NULL, MISSING -> "null";
            case BINARY, POJO -> "a value";
        };
    }
}

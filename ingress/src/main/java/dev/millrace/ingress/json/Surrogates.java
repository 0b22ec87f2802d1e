package dev.millrace.ingress.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.error.ErrorCode;

/** Refuses text that has no UTF-8 form: it would be changed in silence on its way. */
final class Surrogates {
    private Surrogates() {}

    static void check(JsonNode node, String path) {
        switch (node.getNodeType()) {
            case STRING -> require(node.textValue(), path);
            case OBJECT ->
                node.properties().forEach(member -> {
                    require(member.getKey(), path);
                    check(member.getValue(), JsonObject.join(path, member.getKey()));
                });
            case ARRAY -> {
                for (int i = 0; i < node.size(); i++) {
                    check(node.get(i), path + "[" + i + "]");
                }
            }
            case BOOLEAN, NUMBER, NULL, MISSING, BINARY, POJO -> {}
        }
    }

    private static void require(String text, String path) {
        boolean unpaired =
                text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
        if (unpaired) {
            throw new Mistake(
                    ErrorCode.INVALID_JSON, "Unpaired surrogate escape in text.", path.isEmpty() ? null : path);
        }
    }
}

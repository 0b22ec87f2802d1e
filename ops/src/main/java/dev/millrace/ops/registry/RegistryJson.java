package dev.millrace.ops.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;

/** The registry's objects as Confluent's API shows them. */
final class RegistryJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RegistryJson() {}

    static ObjectNode version(SchemaVersion version) {
        var json = JSON.createObjectNode()
                .put("subject", version.subject())
                .put("version", version.version())
                .put("id", version.id())
                .put("guid", version.content().guid().toString());
        return withContent(json, version.content(), version.content().schema());
    }

    /** @param text the schema's text, with or without references inlined */
    static ObjectNode content(SchemaContent content, String text) {
        return withContent(JSON.createObjectNode().put("guid", content.guid().toString()), content, text);
    }

    private static ObjectNode withContent(ObjectNode json, SchemaContent content, String text) {
        json.put("schemaType", "AVRO");
        if (!content.references().isEmpty()) {
            var references = json.putArray("references");
            for (var reference : content.references()) {
                references
                        .addObject()
                        .put("name", reference.name())
                        .put("subject", reference.subject())
                        .put("version", reference.version());
            }
        }
        if (content.metadata() != null) {
            json.set("metadata", content.metadata());
        }
        if (content.ruleSet() != null) {
            json.set("ruleSet", content.ruleSet());
        }
        return json.put("schema", text);
    }

    static ArrayNode numbers(Collection<Integer> numbers) {
        var json = JSON.createArrayNode();
        numbers.forEach(json::add);
        return json;
    }

    static ArrayNode texts(Collection<String> texts) {
        var json = JSON.createArrayNode();
        texts.forEach(json::add);
        return json;
    }

    static ArrayNode versions(Collection<SchemaVersion> versions) {
        var json = JSON.createArrayNode();
        versions.forEach(version -> json.add(version(version)));
        return json;
    }

    static ArrayNode subjectVersions(Collection<SchemaVersion> versions) {
        var json = JSON.createArrayNode();
        versions.forEach(
                version -> json.addObject().put("subject", version.subject()).put("version", version.version()));
        return json;
    }

    static ObjectNode verdict(List<String> objections, boolean verbose) {
        var json = JSON.createObjectNode().put("is_compatible", objections.isEmpty());
        if (verbose) {
            json.set("messages", texts(objections));
        }
        return json;
    }

    static ObjectNode empty() {
        return JSON.createObjectNode();
    }

    static IntNode number(int number) {
        return IntNode.valueOf(number);
    }

    /** A schema's text as JSON itself. */
    static JsonNode parsed(String schema) {
        try {
            return JSON.readTree(schema);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a registered schema is not JSON", e);
        }
    }

    static ObjectNode level(CompatibilityLevel level) {
        return field("compatibilityLevel", level.name());
    }

    static ObjectNode mode(RegistryMode mode) {
        return field("mode", mode.name());
    }

    static ObjectNode field(String name, String value) {
        return JSON.createObjectNode().put(name, value);
    }

    static ObjectNode error(RegistryError error, String message) {
        return JSON.createObjectNode().put("error_code", error.code()).put("message", message);
    }
}

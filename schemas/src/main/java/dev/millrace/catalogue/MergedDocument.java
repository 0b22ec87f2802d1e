package dev.millrace.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millrace.catalogue.CatalogueLoader.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Documents laid over each other, which knows of every member the document it came from. Objects merge member by member, everything
 * else is replaced, null removes. Not thread-safe.
 */
final class MergedDocument {
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final ObjectNode root = YAML.createObjectNode();
    private final Map<String, String> origins = new HashMap<>();
    private final List<String> mistakes = new ArrayList<>();

    void lay(Document document) {
        merge(root, parse(document), "", document.name());
    }

    /** The whole, to be read; mistakes are kept here and name the document. */
    Fields fields() {
        return new Fields("", root, (path, text) -> mistakes.add(origin(path) + ": " + path + ": " + text));
    }

    /** Every mistake found so far. */
    List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    /** The document that a member came from, or the nearest member around it. */
    private String origin(String path) {
        for (var at = path; !at.isEmpty(); at = at.substring(0, Math.max(0, at.lastIndexOf('.')))) {
            var origin = origins.get(at);
            if (origin != null) {
                return origin;
            }
        }
        return "catalogue";
    }

    private JsonNode parse(Document document) {
        try {
            var tree = YAML.readTree(document.yaml());
            if (tree == null || tree.isNull() || tree.isMissingNode()) {
                return YAML.createObjectNode();
            }
            if (!tree.isObject()) {
                mistakes.add(document.name() + ": must be a mapping");
                return YAML.createObjectNode();
            }
            return tree;
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            mistakes.add(
                    document.name() + (at == null ? "" : ":" + at.getLineNr()) + ": not YAML, or a key is there twice");
            return YAML.createObjectNode();
        }
    }

    private void merge(ObjectNode into, JsonNode from, String path, String document) {
        from.properties().forEach(member -> {
            var at = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            if (member.getValue().isNull()) {
                into.remove(member.getKey());
                return;
            }
            origins.put(at, document);
            if (member.getValue().isObject()) {
                // into an empty one where there was none, so that nulls do not survive inside
                var present = into.get(member.getKey());
                merge(
                        present instanceof ObjectNode object ? object : into.putObject(member.getKey()),
                        member.getValue(),
                        at,
                        document);
            } else {
                into.set(member.getKey(), member.getValue().deepCopy());
            }
        });
    }
}

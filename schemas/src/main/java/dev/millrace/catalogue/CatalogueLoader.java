package dev.millrace.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads catalogue documents: the one that ships with the product, then each override in order. Objects merge member by member,
 * everything else is replaced; a provider or model set to null is removed.
 */
public final class CatalogueLoader {
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private CatalogueLoader() {}

    /** One document and the name to use in errors. */
    public record Document(String name, String yaml) {}

    /** The catalogue as shipped. */
    public static Catalogue shipped() {
        return load(List.of());
    }

    /**
     * The shipped catalogue with the operator's files over it.
     *
     * @throws CatalogueException with every mistake, each with its path
     * @throws UncheckedIOException when a file cannot be read
     */
    public static Catalogue load(List<Path> overrides) {
        var documents = new ArrayList<Document>();
        for (var path : overrides) {
            try {
                documents.add(new Document(path.toString(), Files.readString(path)));
            } catch (IOException e) {
                throw new UncheckedIOException("catalogue file " + path + " cannot be read", e);
            }
        }
        return loadDocuments(documents);
    }

    /**
     * The shipped catalogue with {@code overrides} over it.
     *
     * @throws CatalogueException with every mistake, each with its path
     */
    public static Catalogue loadDocuments(List<Document> overrides) {
        var mistakes = new ArrayList<String>();
        var merged = YAML.createObjectNode();
        merge(merged, parse(new Document("catalogue.yaml", shippedYaml()), mistakes));
        for (var document : overrides) {
            merge(merged, parse(document, mistakes));
        }
        var catalogue = new CatalogueReader(mistakes).read(merged);
        if (catalogue == null) {
            throw new CatalogueException(mistakes);
        }
        return catalogue;
    }

    private static String shippedYaml() {
        try (var in = Objects.requireNonNull(CatalogueLoader.class.getResourceAsStream("catalogue.yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parse(Document document, List<String> mistakes) {
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

    private static void merge(ObjectNode into, JsonNode from) {
        from.properties().forEach(member -> {
            if (member.getValue().isNull()) {
                into.remove(member.getKey());
            } else if (member.getValue().isObject()) {
                // into an empty one where there was none, so that nulls do not survive inside
                var present = into.get(member.getKey());
                merge(
                        present instanceof ObjectNode object ? object : into.putObject(member.getKey()),
                        member.getValue());
            } else {
                into.set(member.getKey(), member.getValue().deepCopy());
            }
        });
    }
}

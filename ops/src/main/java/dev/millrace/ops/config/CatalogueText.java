package dev.millrace.ops.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millrace.ops.config.Raw.Scalar;
import dev.millrace.ops.config.Raw.Sequence;
import dev.millrace.ops.config.Raw.Tree;
import java.util.Optional;

/** A part of the catalogue written inside the configuration file; a YAML document of its own. */
final class CatalogueText implements ValueType<Optional<String>> {
    private static final YAMLMapper YAML = new YAMLMapper();

    @Override
    public String description() {
        return "mapping of provider to its description, or empty";
    }

    @Override
    public boolean takesMapping() {
        return true;
    }

    @Override
    public Parsed<Optional<String>> parse(Raw raw) {
        return switch (raw) {
            case Scalar(var text) ->
                text.isBlank() ? new Good<>(Optional.empty()) : new Bad<>("must be a mapping, got '" + text + "'");
            case Sequence _ -> new Bad<>("must be a mapping, got a list");
            case Tree(var node) -> {
                try {
                    var document = YAML.createObjectNode().set("providers", node);
                    yield new Good<>(Optional.of(YAML.writeValueAsString(document)));
                } catch (JsonProcessingException e) {
                    yield new Bad<>("cannot be read: " + e.getOriginalMessage());
                }
            }
        };
    }

    @Override
    public String render(Optional<String> value) {
        return value.map(yaml -> "(" + yaml.lines().count() + " lines)").orElse("");
    }
}

package dev.millrace.ops.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millrace.ops.config.Raw.Scalar;
import dev.millrace.ops.config.Raw.Sequence;
import dev.millrace.ops.config.Raw.Tree;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a YAML file into dotted keys, each with its line. Knows no key except those that take a mapping as a whole. */
final class ConfigurationFile {
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final Path file;
    private final Set<String> mappingKeys;
    private final List<Mistake> mistakes;
    private final Map<String, Located> values = new LinkedHashMap<>();

    private ConfigurationFile(Path file, Set<String> mappingKeys, List<Mistake> mistakes) {
        this.file = file;
        this.mappingKeys = mappingKeys;
        this.mistakes = mistakes;
    }

    /**
     * Reads the file; what cannot be read is added to {@code mistakes}.
     *
     * @param mappingKeys keys whose value is a mapping
     */
    static Map<String, Located> read(Path file, Set<String> mappingKeys, List<Mistake> mistakes) {
        var reader = new ConfigurationFile(file, mappingKeys, mistakes);
        try (var text = Files.newBufferedReader(file)) {
            reader.document(text);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            mistakes.add(new Mistake(
                    file.toString(), new Origin.FileLine(file, line), "not valid YAML: " + e.getOriginalMessage()));
        } catch (IOException e) {
            mistakes.add(new Mistake(file.toString(), new Origin.FileLine(file, 1), "cannot be read: " + e));
        }
        return reader.values;
    }

    private void document(Reader text) throws IOException {
        try (var parser = YAML.getFactory().createParser(text)) {
            var first = parser.nextToken();
            if (first == JsonToken.START_OBJECT) {
                object(parser, "");
            } else if (first != null) {
                mistakes.add(new Mistake(file.toString(), origin(parser), "must be a mapping of sections"));
            }
        }
    }

    private void object(JsonParser parser, String prefix) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var key = prefix + parser.currentName();
            var origin = origin(parser);
            switch (parser.nextToken()) {
                case START_OBJECT -> {
                    if (mappingKeys.contains(key)) {
                        values.put(key, new Located(new Tree(YAML.readTree(parser)), origin));
                    } else {
                        object(parser, key + ".");
                    }
                }
                case START_ARRAY -> values.put(key, new Located(new Sequence(sequence(parser, key)), origin));
                case VALUE_NULL -> values.put(key, new Located(new Scalar(""), origin));
                default -> values.put(key, new Located(new Scalar(parser.getText()), origin));
            }
        }
    }

    private List<String> sequence(JsonParser parser, String key) throws IOException {
        var items = new ArrayList<String>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken().isScalarValue()) {
                items.add(parser.getText());
            } else {
                mistakes.add(new Mistake(key, origin(parser), "must be a list of plain values"));
                parser.skipChildren();
            }
        }
        return items;
    }

    private Origin origin(JsonParser parser) {
        return new Origin.FileLine(file, parser.currentTokenLocation().getLineNr());
    }
}

package dev.millrace.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaParseException;

/**
 * The versions of each topic's value schema that readers and writers in the field may use: {@code <topic>/v<N>.avsc} under a
 * directory, never changed once written.
 */
final class PublishedSchemas {
    private static final Pattern VERSION = Pattern.compile("v([1-9][0-9]{0,8})\\.avsc");

    private final Path directory;

    PublishedSchemas(Path directory) {
        this.directory = directory;
    }

    /** Whether anything was ever published. */
    boolean exist() {
        return Files.isDirectory(directory);
    }

    /**
     * Everything that is wrong with the current schemas in the light of the published ones.
     *
     * @param current schema by topic
     */
    List<String> problems(Map<String, Schema> current) {
        var problems = new ArrayList<String>();
        new TreeMap<>(current).forEach((topic, schema) -> {
            var versions = versions(topic, problems);
            problems.addAll(incompatibilities(topic, schema, versions));
            if (versions.isEmpty()) {
                problems.add(topic + ": nothing is published");
            } else if (!sameText(versions.lastEntry().getValue(), schema)) {
                problems.add(topic + ": differs from v" + versions.lastKey() + ", the newest published version");
            }
        });
        for (var published : list(directory)) {
            if (!current.containsKey(published.getFileName().toString())) {
                problems.add(published.getFileName() + ": is published, but there is no such topic");
            }
        }
        return problems;
    }

    /**
     * Writes each schema that differs from its newest version as the next version.
     *
     * @return the files written; none when any schema is incompatible
     */
    List<Path> publish(Map<String, Schema> current) {
        var written = new ArrayList<Path>();
        current.forEach((topic, schema) -> {
            var versions = versions(topic, new ArrayList<>());
            boolean isNew = versions.isEmpty() || !sameText(versions.lastEntry().getValue(), schema);
            if (isNew && incompatibilities(topic, schema, versions).isEmpty()) {
                int next = versions.isEmpty() ? 1 : versions.lastKey() + 1;
                written.add(write(directory.resolve(topic).resolve("v" + next + ".avsc"), schema));
            }
        });
        return written;
    }

    /** FULL_TRANSITIVE: each reads what the other writes, for every version there ever was. */
    private static List<String> incompatibilities(
            String topic, Schema current, NavigableMap<Integer, Schema> versions) {
        var found = new ArrayList<String>();
        versions.forEach((version, published) -> {
            if (!current.getFullName().equals(published.getFullName())) {
                found.add(topic + ": is a " + current.getFullName() + ", but a " + published.getFullName() + " in v"
                        + version);
            }
            for (var reason : incompatibilities(current, published)) {
                found.add(topic + ": cannot read what v" + version + " wrote: " + reason);
            }
            for (var reason : incompatibilities(published, current)) {
                found.add(topic + ": what it writes v" + version + " cannot read: " + reason);
            }
        });
        return found;
    }

    private static List<String> incompatibilities(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(PublishedSchemas::inWords)
                .toList();
    }

    private static String inWords(Incompatibility incompatibility) {
        return incompatibility.getType() + " at " + incompatibility.getLocation() + ": " + incompatibility.getMessage();
    }

    /** Documentation counts: to a registry it makes another version. */
    private static boolean sameText(Schema one, Schema other) {
        return one.toString().equals(other.toString());
    }

    private NavigableMap<Integer, Schema> versions(String topic, List<String> problems) {
        var versions = new TreeMap<Integer, Schema>();
        for (var file : list(directory.resolve(topic))) {
            var name = VERSION.matcher(file.getFileName().toString());
            if (!name.matches()) {
                problems.add(topic + "/" + file.getFileName() + ": is not named v<N>.avsc");
                continue;
            }
            try {
                versions.put(Integer.valueOf(name.group(1)), new Schema.Parser().parse(Files.readString(file)));
            } catch (SchemaParseException e) {
                problems.add(topic + "/" + file.getFileName() + ": is not an Avro schema: " + e.getMessage());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (!versions.isEmpty() && versions.lastKey() != versions.size()) {
            problems.add(topic + ": versions " + versions.keySet() + " are not 1 to " + versions.lastKey());
        }
        return versions;
    }

    private static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.sorted(Comparator.naturalOrder()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path file, Schema schema) {
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, SchemaFormatter.format("json/pretty", schema) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

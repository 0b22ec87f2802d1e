package dev.millrace.ops.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One recorded exchange of the adapters' contract tests. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Wire(
        String name,
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable JsonNode request) {
    static final ObjectMapper JSON = new ObjectMapper();

    /** The recordings of an API, whole cases of one exchange. */
    static List<Wire> of(String api) {
        var root = root();
        try (var files = Files.walk(root)) {
            return files.filter(file -> file.endsWith("meta.json"))
                    .sorted()
                    .map(meta -> read(root, meta))
                    .filter(loaded -> loaded.api().equals(api))
                    .map(Loaded::wire)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Loaded(String api, Wire wire) {}

    private static Path root() {
        var here = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(here.resolve("provider-workers/src/test/resources/wire"))) {
            here = Objects.requireNonNull(here.getParent(), "not within the project");
        }
        return here.resolve("provider-workers/src/test/resources/wire");
    }

    private static Loaded read(Path root, Path meta) {
        try {
            var node = JSON.readTree(meta.toFile());
            var folder = Objects.requireNonNull(meta.getParent());
            var headers = new TreeMap<String, String>();
            node.path("response_headers")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asText()));
            var file = node.path("response_file");
            var request = folder.resolve("request.json");
            boolean usual = !node.path("multi_step").asBoolean() && file.isTextual();
            return new Loaded(
                    usual ? node.path("api").asText() : "",
                    new Wire(
                            root.relativize(folder).toString(),
                            node.path("status").asInt(200),
                            headers,
                            usual ? Files.readAllBytes(folder.resolve(file.asText())) : new byte[0],
                            Files.exists(request) ? JSON.readTree(request.toFile()) : null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isStream() {
        return headers.getOrDefault("content-type", "").contains("event-stream");
    }

    @Override
    public String toString() {
        return name;
    }
}

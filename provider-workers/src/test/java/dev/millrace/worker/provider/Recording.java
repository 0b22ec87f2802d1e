package dev.millrace.worker.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One recorded exchange under {@code src/test/resources/wire}. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Recording(
        String name, String vendor, String api, int status, Map<String, String> headers, byte[] body, Path folder) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Recordings of single exchanges with those APIs, as {@code api} in {@code meta.json} names them, by name. */
    public static List<Recording> of(String... apis) {
        var wanted = Set.of(apis);
        return all().stream()
                .filter(recording -> wanted.contains(recording.api()))
                .toList();
    }

    /** All recordings of single exchanges, by name. */
    public static List<Recording> all() {
        try {
            var root = Path.of(
                    Objects.requireNonNull(Recording.class.getResource("/wire")).toURI());
            try (var paths = Files.walk(root)) {
                return paths.filter(path -> path.endsWith("meta.json") && isCase(root, path))
                        .sorted()
                        .flatMap(path -> read(root, path).stream())
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether it is {@code vendor/capability/case/meta.json}, and not a step of a case. */
    private static boolean isCase(Path root, Path meta) {
        return root.relativize(meta).getNameCount() == 4;
    }

    /** Nothing for a case of several exchanges, whose parts stand in its {@code steps}. */
    private static Optional<Recording> read(Path root, Path meta) {
        try {
            var node = JSON.readTree(meta.toFile());
            if (node.path("multi_step").asBoolean()) {
                return Optional.empty();
            }
            var headers = new HashMap<String, String>();
            node.path("response_headers")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asText()));
            var folder = Objects.requireNonNull(meta.getParent());
            return Optional.of(new Recording(
                    root.relativize(folder).toString(),
                    node.path("vendor").asText(),
                    node.path("api").asText(),
                    node.path("status").asInt(200),
                    headers,
                    node.path("response_file").isTextual()
                            ? Files.readAllBytes(
                                    folder.resolve(node.path("response_file").asText()))
                            : new byte[0],
                    folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isStream() {
        return Files.exists(folder.resolve("response.sse"));
    }

    /** The recorded request; null when the recording has none. */
    public @Nullable JsonNode request() {
        var file = folder.resolve("request.json");
        try {
            return Files.exists(file) ? JSON.readTree(file.toFile()) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

package dev.millrace.ops.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.access.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code endpoints.json} in a data directory: there while the stack serves, readable by its owner alone. */
public final class EndpointsFile {
    public static final String NAME = "endpoints.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private EndpointsFile() {}

    /** The file of the nearest data directory: {@code directory} itself, then its parents. */
    public static Optional<Path> nearest(Path directory, Path dataDirectoryName) {
        for (var at = directory.toAbsolutePath(); at != null; at = at.getParent()) {
            var file = at.resolve(dataDirectoryName).resolve(NAME);
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /**
     * Reads the file.
     *
     * @throws IOException when it cannot be read or is not what {@link #write} makes
     */
    public static Endpoints read(Path file) throws IOException {
        var json = JSON.readTree(Files.readAllBytes(file));
        try {
            return new Endpoints(
                    URI.create(text(json, "http")),
                    text(json, "kafka"),
                    URI.create(text(json, "registry")),
                    URI.create(text(json, "management")),
                    new Secret(text(json, "apiKey")),
                    new Secret(text(json, "adminKey")));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is not an endpoints file: " + e.getMessage(), e);
        }
    }

    /** Writes the file so that a reader sees all of it or nothing. */
    public static void write(Path file, Endpoints endpoints) throws IOException {
        var json = JSON.createObjectNode()
                .put("http", endpoints.http().toString())
                .put("kafka", endpoints.kafka())
                .put("registry", endpoints.registry().toString())
                .put("management", endpoints.management().toString())
                .put("apiKey", endpoints.apiKey().reveal())
                .put("adminKey", endpoints.adminKey().reveal());
        PrivateFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }

    private static String text(JsonNode json, String member) {
        var value = json.path(member);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("member " + member + " is missing");
        }
        return value.textValue();
    }
}

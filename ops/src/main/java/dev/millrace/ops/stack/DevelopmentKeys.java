package dev.millrace.ops.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.ops.client.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The keys of a development stack: made once, kept beside its data with mode 0600.
 *
 * @param published whether their records are on the log
 */
record DevelopmentKeys(ApiKey apiKey, ApiKey adminKey, Secret pepper, boolean published) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PEPPER_BYTES = 32;

    /**
     * Reads the file, or makes it.
     *
     * @throws StackException when it is there but cannot be used
     */
    static DevelopmentKeys of(Path file) {
        try {
            if (!Files.exists(file)) {
                var made = new DevelopmentKeys(ApiKey.create(), ApiKey.create(), randomPepper(), false);
                made.write(file);
                return made;
            }
            var json = JSON.readTree(Files.readAllBytes(file));
            return new DevelopmentKeys(
                    key(file, json.path("apiKey").asText()),
                    key(file, json.path("adminKey").asText()),
                    new Secret(json.path("pepper").asText()),
                    json.path("published").asBoolean());
        } catch (IOException e) {
            throw new StackException("The file " + file + " cannot be used (" + e + "): start with --fresh.", e);
        }
    }

    /** Remembers that the records are on the log. */
    void markPublished(Path file) {
        try {
            new DevelopmentKeys(apiKey, adminKey, pepper, true).write(file);
        } catch (IOException e) {
            throw new StackException("The file " + file + " cannot be written (" + e + ").", e);
        }
    }

    private static ApiKey key(Path file, String text) {
        return ApiKey.parse(text)
                .orElseThrow(
                        () -> new StackException("The file " + file + " holds no valid keys: start with --fresh."));
    }

    private static Secret randomPepper() {
        var bytes = new byte[PEPPER_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new Secret(HexFormat.of().formatHex(bytes));
    }

    private void write(Path file) throws IOException {
        var json = JSON.createObjectNode()
                .put("apiKey", apiKey.text().reveal())
                .put("adminKey", adminKey.text().reveal())
                .put("pepper", pepper.reveal())
                .put("published", published);
        PrivateFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }
}

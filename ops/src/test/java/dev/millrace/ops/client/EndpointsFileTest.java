package dev.millrace.ops.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.access.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointsFileTest {
    @TempDir
    Path directory;

    @Test
    void readsWhatItWroteAndLetsNobodyElseRead() throws IOException {
        var file = directory.resolve(EndpointsFile.NAME);
        var endpoints = new Endpoints(
                URI.create("http://127.0.0.1:1"),
                "127.0.0.1:2",
                URI.create("http://127.0.0.1:3"),
                URI.create("http://127.0.0.1:4"),
                new Secret("a"),
                new Secret("b"));

        EndpointsFile.write(file, endpoints);

        assertThat(EndpointsFile.read(file)).isEqualTo(endpoints);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void namesWhatIsMissing() throws IOException {
        var file = Files.writeString(directory.resolve(EndpointsFile.NAME), "{\"http\":\"http://127.0.0.1:1\"}");

        assertThatThrownBy(() -> EndpointsFile.read(file)).hasMessageContaining("member kafka is missing");
    }
}

package dev.millrace.ops.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path directory;

    @Test
    void keepsWhatIsThere() throws IOException {
        var path = directory.resolve("data");
        try (var data = DataDirectory.open(path, false)) {
            Files.writeString(data.path().resolve("kept"), "x");
        }

        try (var data = DataDirectory.open(path, false)) {
            assertThat(data.path().resolve("kept")).exists();
        }
    }

    @Test
    void deletesItsOwnContentWhenFreshAndNothingBehindLinks() throws IOException {
        var outside = Files.createDirectories(directory.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "x");
        var path = directory.resolve("data");
        try (var data = DataDirectory.open(path, false)) {
            Files.createDirectories(data.broker().resolve("topic-0"));
            Files.writeString(data.broker().resolve("topic-0/00000.log"), "x");
            Files.createSymbolicLink(data.path().resolve("link"), outside);
        }

        try (var data = DataDirectory.open(path, true)) {
            assertThat(data.broker()).doesNotExist();
            assertThat(data.path().resolve("link")).doesNotExist();
            assertThat(outside.resolve("precious")).exists();
        }
    }

    @Test
    void refusesADirectoryOfSomebodyElse() throws IOException {
        Files.writeString(directory.resolve("precious"), "x");

        assertThatThrownBy(() -> DataDirectory.open(directory, true))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("was not made by Millrace");
        assertThat(directory.resolve("precious")).exists();
    }

    @Test
    void refusesASecondStackOnTheSameDataAndLeavesItAlone() throws IOException {
        var path = directory.resolve("data");
        try (var data = DataDirectory.open(path, false)) {
            Files.writeString(data.path().resolve("kept"), "x");

            assertThatThrownBy(() -> DataDirectory.open(path, true))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("in use by another");
            assertThat(data.path().resolve("kept")).exists();
        }
    }

    @Test
    void forgetsAnEndpointsFileThatADeadStackLeft() throws IOException {
        var path = directory.resolve("data");
        try (var data = DataDirectory.open(path, false)) {
            Files.writeString(data.endpointsFile(), "{}");
        }
        assertThat(path.resolve("endpoints.json")).doesNotExist();
        Files.writeString(path.resolve("endpoints.json"), "{}");

        try (var data = DataDirectory.open(path, false)) {
            assertThat(data.endpointsFile()).doesNotExist();
        }
    }

    @Test
    void makesKeysOnceAndLetsNobodyElseRead() throws IOException {
        try (var data = DataDirectory.open(directory.resolve("data"), false)) {
            var made = DevelopmentKeys.of(data.keysFile());
            var read = DevelopmentKeys.of(data.keysFile());

            assertThat(read.apiKey().text()).isEqualTo(made.apiKey().text());
            assertThat(read.adminKey().text()).isEqualTo(made.adminKey().text());
            assertThat(read.pepper()).isEqualTo(made.pepper());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.keysFile())))
                    .isEqualTo("rw-------");
        }
    }
}

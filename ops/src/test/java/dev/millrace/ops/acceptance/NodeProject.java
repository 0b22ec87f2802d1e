package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Node project copied under {@code target}, with its locked packages installed. A machine without npm fails the test. */
final class NodeProject {
    private static final Duration INSTALL = Duration.ofMinutes(4);

    private final Path directory;

    private NodeProject(Path directory) {
        this.directory = directory;
    }

    /** Installs the project of {@code source}, a directory relative to the repository's root; packages are kept between runs. */
    static NodeProject install(String source) {
        var from = Repository.root().resolve(source);
        var to = Repository.root().resolve("ops/target/node").resolve(source.replace('/', '-'));
        try {
            boolean installed = sameLock(from, to) && Files.exists(to.resolve("node_modules/.package-lock.json"));
            copy(from, to);
            if (!installed) {
                var ended = Subprogram.run(to, Map.of(), INSTALL, "npm", "ci", "--no-progress", "--ignore-scripts");
                assertThat(ended.status())
                        .as("npm ci in %s:%n%s", to, ended.output())
                        .isZero();
            }
            return new NodeProject(to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a program in the project's directory. */
    Subprogram.Ended run(Map<String, String> environment, Duration patience, String... command) {
        return Subprogram.run(directory, environment, patience, command);
    }

    private static boolean sameLock(Path from, Path to) throws IOException {
        var installed = to.resolve("package-lock.json");
        return Files.exists(installed) && Files.mismatch(from.resolve("package-lock.json"), installed) < 0;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (var file : files(from)) {
            Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        var files = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(directory, Files::isRegularFile)) {
            entries.forEach(files::add);
        }
        return files;
    }
}

package dev.millrace.ops.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Where the sources lie. */
final class Repository {
    private Repository() {}

    /** Root of the repository; tests run in the module's directory or in the root. */
    static Path root() {
        var here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("ops/pom.xml")) ? here : Objects.requireNonNull(here.getParent());
    }
}

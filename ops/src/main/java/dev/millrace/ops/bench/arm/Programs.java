package dev.millrace.ops.bench.arm;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Programs of the machine. */
public final class Programs {
    private Programs() {}

    /** Whether a program of that name is on the {@code PATH}. */
    public static boolean present(String name) {
        var path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .anyMatch(Files::isExecutable);
    }
}

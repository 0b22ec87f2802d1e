package dev.millrace.ops.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs one program to its end. */
final class Subprogram {
    private Subprogram() {}

    /** What a program left behind; output is stdout and stderr as they came. */
    record Ended(int status, String output) {}

    /** Waits for the program's end; past {@code patience} it is killed and its status is -1. */
    static Ended run(Path directory, Map<String, String> environment, Duration patience, String... command) {
        try {
            var log = Files.createTempFile("millrace-run", ".out");
            var builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            var process = builder.start();
            boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            var output = Files.readString(log);
            Files.delete(log);
            return ended
                    ? new Ended(process.exitValue(), output)
                    : new Ended(-1, output + "\n(killed after " + patience + ")");
        } catch (IOException e) {
            throw new UncheckedIOException(command[0] + ": is it installed?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

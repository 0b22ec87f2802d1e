package dev.millrace.ops.bench.arm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process that this one started, with its output in a file. Thread-safe. */
public final class ChildProcess implements AutoCloseable {
    private static final Duration LEAVE_WITHIN = Duration.ofSeconds(10);
    private static final int MAX_SHOWN_LINES = 20;

    private final String name;
    private final Process process;
    private final Path log;
    private final boolean java;

    private ChildProcess(String name, Process process, Path log, boolean java) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.java = java;
    }

    /** What to start. {@code MILLRACE_*} variables of this process are not passed on. */
    public record Command(String name, List<String> words, Map<String, String> environment, boolean java) {
        public Command {
            words = List.copyOf(words);
            environment = Map.copyOf(environment);
        }
    }

    static ChildProcess start(Command command, Path directory) {
        try {
            Files.createDirectories(directory);
            var log = directory.resolve(command.name() + ".log");
            var builder = new ProcessBuilder(command.words())
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().keySet().removeIf(variable -> variable.startsWith("MILLRACE_"));
            builder.environment().putAll(command.environment());
            return new ChildProcess(command.name(), builder.start(), log, command.java());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.name() + ": " + e.getMessage(), e);
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    /** Whether it is a JVM of this release, which {@code jcmd} can speak to. */
    public boolean isJava() {
        return java;
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** User and system time so far; zero once it has ended. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Memory in RAM; 0 where the system does not say. */
    public long residentBytes() {
        var status = Path.of("/proc", Long.toString(pid()), "status");
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    public Path log() {
        return log;
    }

    /** The end of what it printed. */
    public String lastLines() {
        try {
            var lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - MAX_SHOWN_LINES), lines.size()));
        } catch (IOException e) {
            return "(its output cannot be read: " + e.getMessage() + ")";
        }
    }

    /** Waits until {@code ready} gives something. */
    <T> T await(String what, Duration patience, Attempt<T> ready) {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() - deadlineNanos < 0) {
            if (!alive()) {
                throw new ArmFailure(name + " ended before " + what + ":\n" + lastLines());
            }
            var result = ready.make();
            if (result != null) {
                return result;
            }
            Pause.millis(10);
        }
        throw new ArmFailure(name + ": no " + what + " within " + patience.toSeconds() + " s:\n" + lastLines());
    }

    /** Tries once. */
    @FunctionalInterface
    interface Attempt<T> {
        @Nullable
        T make();
    }

    /** SIGTERM, and SIGKILL when that does not end it. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LEAVE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                process.waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

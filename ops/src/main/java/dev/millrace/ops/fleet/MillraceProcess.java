package dev.millrace.ops.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One process of Millrace, from its start to its end. It never outlives this process, however this one ends. Thread-safe.
 *
 * <p>It runs on the Java and the class path of this process.
 */
public final class MillraceProcess implements AutoCloseable {
    private static final String MAIN = "dev.millrace.ops.cli.Main";
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);
    private static final List<String> ALWAYS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    private final ProcessPlan plan;
    private final Process process;
    private final Thread reaper;
    private volatile Duration cpuTime = Duration.ZERO;

    private MillraceProcess(ProcessPlan plan, Process process) {
        this.plan = plan;
        this.process = process;
        this.reaper = new Thread(process::destroyForcibly, "end-" + plan.name());
        Runtime.getRuntime().addShutdownHook(reaper);
        var _ = process.onExit().thenRun(this::forgetReaper);
    }

    /**
     * Starts it; returns at once.
     *
     * @throws UncheckedIOException when the system does not start it
     */
    public static MillraceProcess start(ProcessPlan plan) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(plan.jvmOptions());
        command.addAll(ALWAYS);
        command.add("-Dmillrace.parent-pid=" + ProcessHandle.current().pid());
        command.addAll(List.of("-cp", classPath(), MAIN));
        command.addAll(plan.arguments());
        try {
            Files.createDirectories(plan.home());
            Files.createDirectories(plan.log().toAbsolutePath().getParent());
            var builder = new ProcessBuilder(command)
                    .directory(plan.home().toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(plan.log().toFile()));
            builder.environment().keySet().removeIf(variable -> variable.startsWith("MILLRACE_"));
            builder.environment().putAll(plan.environment());
            return new MillraceProcess(plan, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Class path of this process: under the tests it is what the launcher has, and more. */
    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    public String name() {
        return plan.name();
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** Everything that processes of this name have printed. */
    public String output() {
        try {
            return Files.readString(plan.log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Processor time that it has used; of one that has ended what was last known. */
    public Duration cpuTime() {
        process.info().totalCpuDuration().ifPresent(used -> cpuTime = used);
        return cpuTime;
    }

    /** kill −9; returns when it has ended. A frozen process dies too. */
    public void kill() {
        cpuTime();
        process.destroyForcibly();
        awaitExit(ENDS_WITHIN);
    }

    /** Freezes it (SIGSTOP). */
    public void freeze() {
        signal("STOP");
    }

    /** Lets it go on (SIGCONT). */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .start();
            int exit = kill.waitFor();
            if (exit != 0 && alive()) {
                throw new FleetException("SIG" + name + " could not be sent to " + plan.name() + ": exit " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FleetException("Interrupted while SIG" + name + " was sent to " + plan.name());
        }
    }

    /** SIGTERM, then waits for the end and tells how long it took. */
    public Duration terminate(Duration patience) {
        long begunNanos = System.nanoTime();
        cpuTime();
        process.destroy();
        awaitExit(patience);
        return Duration.ofNanos(System.nanoTime() - begunNanos);
    }

    /**
     * Waits for it to end and returns its exit code.
     *
     * @throws FleetException when it still runs then
     */
    public int awaitExit(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new FleetException(plan.name() + " is still running after " + patience + "; see " + plan.log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FleetException("Interrupted while waiting for the end of " + plan.name());
        }
    }

    private void forgetReaper() {
        try {
            Runtime.getRuntime().removeShutdownHook(reaper);
        } catch (IllegalStateException shuttingDown) {
            // it has nothing left to end
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}

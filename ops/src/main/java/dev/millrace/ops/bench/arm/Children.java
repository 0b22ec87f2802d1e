package dev.millrace.ops.bench.arm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;

/**
 * Every process of a run, in one directory. All of them end when this is closed and when this process is told to end, and JVMs of ours also
 * when it is killed; the directory goes too, unless something failed. Thread-safe.
 */
public final class Children implements AutoCloseable {
    private final Path directory;
    private final Deque<ChildProcess> processes = new ArrayDeque<>();
    private final Thread hook = new Thread(this::end, "bench-children");
    private boolean kept;

    public Children() {
        try {
            directory = Files.createTempDirectory("millrace-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(hook);
    }

    public Path directory() {
        return directory;
    }

    synchronized ChildProcess start(ChildProcess.Command command) {
        return start(command, directory.resolve(command.name()));
    }

    synchronized ChildProcess start(ChildProcess.Command command, Path home) {
        var child = ChildProcess.start(command, home);
        processes.push(child);
        return child;
    }

    /** Ends one of them. */
    public void end(ChildProcess child) {
        child.close();
        synchronized (this) {
            processes.remove(child);
        }
    }

    /** Keeps the directory with all logs. */
    public synchronized void keep() {
        kept = true;
    }

    /** Ends all of them. */
    public synchronized void end() {
        while (!processes.isEmpty()) {
            processes.pop().close();
        }
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the hook is running by now, and does the same
        }
        if (!kept) {
            delete();
        }
    }

    private void delete() {
        try (var paths = Files.walk(directory)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

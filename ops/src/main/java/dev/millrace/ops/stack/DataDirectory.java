package dev.millrace.ops.stack;

import dev.millrace.ops.client.EndpointsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The development stack's directory, held by this process alone from {@link #open} to {@link #close}.
 *
 * <p>A marker file tells that the directory is ours: without it nothing in a directory is ever used or deleted. The system releases
 * the lock when the process dies, however it dies.
 */
final class DataDirectory implements AutoCloseable {
    private static final String MARKER = "millrace-data";
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes the directory when missing, locks it and, when {@code fresh}, empties it.
     *
     * @throws StackException when it is somebody else's, in use, or cannot be written
     */
    static DataDirectory open(Path directory, boolean fresh) {
        var path = directory.toAbsolutePath().normalize();
        try {
            claim(path);
            var lock = lock(path);
            var data = new DataDirectory(path, lock);
            if (fresh) {
                data.empty();
            }
            Files.deleteIfExists(data.endpointsFile());
            return data;
        } catch (IOException e) {
            throw new StackException(
                    "The data directory " + path + " cannot be written (" + e
                            + "): make it writable or choose another with --data.",
                    e);
        }
    }

    private static void claim(Path path) throws IOException {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new StackException(path + " is not a directory: choose another with --data.");
        }
        Files.createDirectories(path);
        var marker = path.resolve(MARKER);
        if (Files.exists(marker)) {
            return;
        }
        try (var entries = Files.list(path)) {
            if (entries.findAny().isPresent()) {
                throw new StackException(
                        "The directory " + path + " is not empty and was not made by Millrace (it has no " + MARKER
                                + " file): choose another with --data.");
            }
        }
        Files.writeString(marker, "Data of a Millrace development stack. `up --fresh` deletes everything here.\n");
    }

    private static FileChannel lock(Path path) throws IOException {
        var file = path.resolve(LOCK);
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new StackException("The data directory " + path
                    + " is in use by another ./millrace up: stop that one or choose another with --data.");
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldInThisProcess) {
            return null;
        }
    }

    /** Deletes everything but the marker and the lock. Symbolic links are deleted, never followed. */
    private void empty() throws IOException {
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!isOurs(file)) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                if (!directory.equals(path)) {
                    Files.delete(directory);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private boolean isOurs(Path file) {
        return file.equals(path.resolve(MARKER)) || file.equals(path.resolve(LOCK));
    }

    Path path() {
        return path;
    }

    Path broker() {
        return path.resolve("kafka");
    }

    /** Where the Streams applications keep their stores. */
    Path state() {
        return path.resolve("state");
    }

    Path keysFile() {
        return path.resolve("keys.json");
    }

    Path endpointsFile() {
        return path.resolve(EndpointsFile.NAME);
    }

    /** Gives the directory back; the endpoints file goes. */
    @Override
    public void close() {
        try (lock) {
            Files.deleteIfExists(endpointsFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

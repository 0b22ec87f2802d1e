package dev.millrace.ops.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The broker's directory, held by this process alone from {@link #open} to {@link #close}.
 *
 * <p>The system releases the lock when the process dies, however it dies.
 */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK_FILE = "millrace.lock";
    private static final String META_PROPERTIES = "meta.properties";

    private final Path path;
    private final FileChannel lockChannel;

    private DataDirectory(Path path, FileChannel lockChannel) {
        this.path = path;
        this.lockChannel = lockChannel;
    }

    /**
     * Makes the directory when missing and locks it.
     *
     * @throws BrokerStartException when it cannot be written or another broker holds it
     */
    static DataDirectory open(Path path) {
        FileChannel channel;
        try {
            Files.createDirectories(path);
            channel = FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new BrokerStartException(
                    "The data directory " + path + " cannot be written (" + e
                            + "): make it writable or choose another one.",
                    e);
        }
        if (lock(channel) == null) {
            closeQuietly(channel);
            throw new BrokerStartException("The data directory " + path
                    + " is in use by another broker: stop that one or choose another directory.");
        }
        return new DataDirectory(path, channel);
    }

    private static @Nullable FileLock lock(FileChannel channel) {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldInThisProcess) {
            return null;
        } catch (IOException e) {
            closeQuietly(channel);
            throw new BrokerStartException("The data directory's file system has no locks (" + e + ").", e);
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return path;
    }

    /** The id the directory was formatted with; empty when it never was. */
    Optional<String> clusterId() {
        var file = path.resolve(META_PROPERTIES);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var properties = new Properties();
        try (var in = Files.newInputStream(file)) {
            properties.load(in);
        } catch (IOException e) {
            throw new BrokerStartException("The file " + file + " cannot be read (" + e + ").", e);
        }
        return Optional.ofNullable(properties.getProperty("cluster.id"));
    }

    @Override
    public void close() {
        closeQuietly(lockChannel);
    }
}

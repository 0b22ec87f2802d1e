package dev.millrace.ops.chaos.stage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file system of 512 MiB in memory, which can be filled to the last byte and emptied again. Mounting it takes root's rights. */
final class SmallDisk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SmallDisk.class);
    private static final String SIZE = "512m";
    private static final String BALLAST = "ballast";
    private static final int BLOCK_BYTES = 64 * 1024;

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** Mounts one there; empty, and said in the log, where that is not allowed. */
    static Optional<SmallDisk> mount(Path directory) throws IOException {
        Files.createDirectories(directory);
        int exit = run(
                List.of("mount", "-t", "tmpfs", "-o", "size=" + SIZE + ",mode=0755", "tmpfs", directory.toString()));
        if (exit != 0) {
            LOG.atWarn()
                    .addKeyValue("directory", directory)
                    .log("No small disk can be mounted here: no disk will be full");
            return Optional.empty();
        }
        return Optional.of(new SmallDisk(directory));
    }

    private static int run(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /** Leaves no byte free. */
    void fill() {
        var block = ByteBuffer.allocate(BLOCK_BYTES);
        try (var file =
                FileChannel.open(directory.resolve(BALLAST), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (true) {
                block.clear();
                file.write(block);
            }
        } catch (IOException full) {
            LOG.atInfo().addKeyValue("directory", directory).log("Disk is full");
        }
    }

    void empty() {
        try {
            Files.deleteIfExists(directory.resolve(BALLAST));
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("directory", directory).setCause(e).log("Disk could not be emptied");
        }
    }

    @Override
    public void close() {
        if (run(List.of("umount", "-l", directory.toString())) != 0) {
            LOG.atWarn().addKeyValue("directory", directory).log("Disk could not be unmounted");
        }
    }
}

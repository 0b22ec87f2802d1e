package dev.millrace.ops.vendor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends calls that are over to a file, one line of JSON each, at the latest 50 ms after their end and when it is closed. A process that
 * is killed loses no more than that. Thread-safe; a thread of its own writes.
 */
final class InvoiceFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InvoiceFile.class);
    private static final long FLUSH_MILLIS = 50;

    private final FileChannel file;
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("invoice").factory());
    private StringBuilder lines = new StringBuilder();

    InvoiceFile(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE);
        var _ = writer.scheduleWithFixedDelay(this::flush, FLUSH_MILLIS, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
    }

    synchronized void add(ServedCall served, long number) {
        served.writeTo(lines, number);
    }

    private synchronized StringBuilder take() {
        var taken = lines;
        lines = new StringBuilder();
        return taken;
    }

    private void flush() {
        var taken = take();
        var bytes = ByteBuffer.wrap(taken.toString().getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("bytes", bytes.remaining())
                    .log("calls are missing in the invoice's file");
        }
    }

    /** Writes what is left; calls that end later are not written. */
    @Override
    public void close() {
        try {
            var _ = writer.submit(this::flush);
            writer.close();
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the invoice cannot be written", e);
        }
    }
}

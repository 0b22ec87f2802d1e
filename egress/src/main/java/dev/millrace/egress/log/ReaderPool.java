package dev.millrace.egress.log;

import dev.millrace.egress.consumer.ConsumerFactory;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A bounded number of readers, lent to virtual threads in the order they ask. Thread-safe. */
final class ReaderPool implements AutoCloseable {
    private final ConsumerFactory consumers;
    private final ConcurrentLinkedDeque<LogReader> idle = new ConcurrentLinkedDeque<>();
    private final Semaphore permits;
    private final AtomicInteger waiting = new AtomicInteger();
    private final int maxWaiting;
    private volatile boolean closed;

    ReaderPool(ConsumerFactory consumers, int readers, int maxWaiting) {
        this.consumers = consumers;
        this.permits = new Semaphore(readers, true);
        this.maxWaiting = maxWaiting;
    }

    /** Work with a reader. */
    @FunctionalInterface
    interface Work<T> {
        T with(LogReader reader) throws InterruptedException;
    }

    /** Whether so many wait for a reader that new work should be refused. */
    boolean overloaded() {
        return waiting.get() >= maxWaiting;
    }

    /**
     * Does the work as soon as a reader is free. Blocks.
     *
     * @throws org.apache.kafka.common.KafkaException when the cluster fails; the reader is not used again
     */
    <T> T lend(Work<T> work) throws InterruptedException {
        waiting.incrementAndGet();
        try {
            permits.acquire();
        } finally {
            waiting.decrementAndGet();
        }
        LogReader reader = null;
        boolean reusable = false;
        try {
            reader = idle.poll();
            if (reader == null) {
                reader = new LogReader(consumers);
            }
            T result = work.with(reader);
            reusable = true;
            return result;
        } finally {
            giveBack(reader, reusable);
            permits.release();
        }
    }

    private void giveBack(@Nullable LogReader reader, boolean reusable) {
        if (reader == null) {
            return;
        }
        if (reusable && !closed) {
            idle.push(reader);
        } else {
            reader.close();
        }
    }

    /** Closes idle readers; those at work are closed when they are given back. */
    @Override
    public void close() {
        closed = true;
        for (var reader = idle.poll(); reader != null; reader = idle.poll()) {
            reader.close();
        }
    }
}

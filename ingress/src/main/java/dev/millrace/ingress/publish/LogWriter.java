package dev.millrace.ingress.publish;

import dev.millrace.topic.KafkaConnection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The one producer of this process: idempotent, acknowledged by all in-sync replicas, no lingering.
 *
 * <p>{@link #write} returns at once, also on an event loop: partition metadata is fetched before the first request and never
 * forgotten, memory is larger than the in-flight bound, and the producer itself may wait {@value #MAX_BLOCK_MILLIS} ms at most. A
 * record that it did not take within that time is offered again by a timer until the delivery timeout. Thread-safe.
 */
public final class LogWriter implements AutoCloseable {
    static final int MAX_BLOCK_MILLIS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final int OFFER_AGAIN_MILLIS = 25;
    private static final int MAX_UNAVAILABLE_SECONDS = 10;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    private final Vertx vertx;
    private final Producer<byte[], byte[]> producer;
    private final PublishConfig config;
    private final InFlightWindow window;
    private final LongSupplier nanoClock;
    private final AtomicBoolean failing = new AtomicBoolean();

    /** A writer over a producer that the caller made; the caller's settings must be those of {@link #connect}. */
    LogWriter(Vertx vertx, Producer<byte[], byte[]> producer, PublishConfig config, LongSupplier nanoClock) {
        this.vertx = vertx;
        this.producer = producer;
        this.config = config;
        this.nanoClock = nanoClock;
        this.window = new InFlightWindow(config.maxInFlight(), config.maxInFlightBytes(), nanoClock);
    }

    /** A writer to the cluster. */
    public static LogWriter connect(Vertx vertx, KafkaConnection kafka, PublishConfig config) {
        var properties = kafka.properties();
        int deliveryMillis = Math.toIntExact(config.deliveryTimeout().toMillis());
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "millrace-ingress");
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryMillis);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(5000, deliveryMillis));
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * 1024 * 1024);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * config.maxInFlightBytes());
        properties.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, (int)
                Duration.ofDays(7).toMillis());
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        return new LogWriter(vertx, producer, config, System::nanoTime);
    }

    /**
     * Fetches the partitions of {@code topics}, so that no later write waits for them. Blocks.
     *
     * @return false when the cluster did not tell within {@code timeout}
     */
    public boolean prime(Collection<String> topics, Duration timeout) {
        long deadlineNanos = nanoClock.getAsLong() + timeout.toNanos();
        for (var topic : topics) {
            while (!knows(topic)) {
                if (nanoClock.getAsLong() > deadlineNanos) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean knows(String topic) {
        try {
            return !producer.partitionsFor(topic).isEmpty();
        } catch (RetriableException e) {
            return false;
        }
    }

    /** Records sent and not acknowledged yet. */
    public int inFlight() {
        return window.count();
    }

    /** Bytes of the records sent and not acknowledged yet. */
    public long inFlightBytes() {
        return window.bytes();
    }

    /** Writes one record. The future completes on the caller's context and never fails. */
    public Future<Published> write(String topic, byte[] key, byte @Nullable [] value, List<Header> headers) {
        return write(new ProducerRecord<>(topic, null, key, value, headers));
    }

    /** Writes one record into a partition of the caller's choice. */
    public Future<Published> write(
            String topic, int partition, byte[] key, byte @Nullable [] value, List<Header> headers) {
        return write(new ProducerRecord<>(topic, partition, key, value, headers));
    }

    private Future<Published> write(ProducerRecord<byte[], byte[]> record) {
        int size = size(record);
        if (size > config.maxRecordBytes()) {
            return Future.succeededFuture(new Published.TooLarge(size, config.maxRecordBytes()));
        }
        if (!window.tryEnter(size)) {
            return Future.succeededFuture(new Published.Overloaded(window.retryAfterSeconds()));
        }
        var write = new Write(
                record, size, nanoClock.getAsLong() + config.deliveryTimeout().toNanos());
        write.offer();
        return write.promise.future();
    }

    private static int size(ProducerRecord<byte[], byte[]> record) {
        int size = record.key().length + (record.value() == null ? 0 : record.value().length);
        for (var header : record.headers()) {
            size += header.key().length() + header.value().length + 8;
        }
        return size + 64;
    }

    /** One record on its way. Offered from its context's thread or a timer, ended once. */
    private final class Write {
        private final ProducerRecord<byte[], byte[]> record;
        private final int size;
        private final long deadlineNanos;
        private final Context context = vertx.getOrCreateContext();
        private final Promise<Published> promise = Promise.promise();
        private boolean taken;

        Write(ProducerRecord<byte[], byte[]> record, int size, long deadlineNanos) {
            this.record = record;
            this.size = size;
            this.deadlineNanos = deadlineNanos;
        }

        void offer() {
            taken = false;
            var offering = Thread.currentThread();
            try {
                var _ = producer.send(record, (metadata, failure) -> {
                    if (failure == null) {
                        end(new Published.Acknowledged(metadata.partition(), metadata.offset()));
                    } else if (Thread.currentThread().equals(offering) && !taken) {
                        notTaken(failure);
                    } else {
                        failed(failure, true);
                    }
                });
                taken = true;
            } catch (KafkaException | IllegalStateException e) {
                failed(e, false);
            }
        }

        /** The producer had no metadata or no memory: nothing was sent. */
        private void notTaken(Exception failure) {
            if (failure instanceof RetriableException && nanoClock.getAsLong() < deadlineNanos) {
                vertx.setTimer(OFFER_AGAIN_MILLIS, timer -> offer());
            } else {
                failed(failure, false);
            }
        }

        private void failed(Exception failure, boolean uncertain) {
            tell(failure);
            if (failure instanceof RecordTooLargeException) {
                end(new Published.TooLarge(size, config.maxRecordBytes()));
            } else {
                end(new Published.Unavailable(
                        uncertain, Math.min(MAX_UNAVAILABLE_SECONDS, window.retryAfterSeconds())));
            }
        }

        /** One line when trouble begins, not one per record. */
        private void tell(Exception failure) {
            var level = failing.compareAndSet(false, true) ? Level.WARN : Level.DEBUG;
            LOG.atLevel(level)
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("cause", failure.getClass().getSimpleName())
                    .log("a record was not acknowledged");
        }

        private void end(Published published) {
            boolean acknowledged = published instanceof Published.Acknowledged;
            if (acknowledged && failing.compareAndSet(true, false)) {
                LOG.atInfo().addKeyValue("topic", record.topic()).log("records are acknowledged again");
            }
            window.leave(size, acknowledged);
            context.runOnContext(done -> promise.complete(published));
        }
    }

    /** Sends what is waiting, for a few seconds at most, and closes. Blocks. */
    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}

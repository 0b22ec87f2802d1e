package dev.millrace.ingress.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogWriterTest {
    private static final PublishConfig CONFIG = new PublishConfig(2, 1 << 20, 64 << 10, Duration.ofMillis(300));

    private final Vertx vertx = Vertx.vertx();
    private final RefusingProducer producer = new RefusingProducer();
    private final LogWriter writer = new LogWriter(vertx, producer, CONFIG, System::nanoTime);

    /** A producer that does not take the first records, as one without metadata. */
    private static final class RefusingProducer extends MockProducer<byte[], byte[]> {
        private final AtomicInteger refusals = new AtomicInteger();
        private volatile RuntimeException refusal = new TimeoutException("no metadata");

        RefusingProducer() {
            super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized java.util.concurrent.Future<RecordMetadata> send(
                ProducerRecord<byte[], byte[]> record, Callback callback) {
            if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                callback.onCompletion(null, refusal);
                return CompletableFuture.failedFuture(refusal);
            }
            return super.send(record, callback);
        }
    }

    @AfterEach
    void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(5, TimeUnit.SECONDS)
                .join();
    }

    private Future<Published> write(int bytes) {
        return writer.write("requests", "acme".getBytes(StandardCharsets.UTF_8), new byte[bytes], List.of());
    }

    private static Published get(Future<Published> published) {
        return published
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(5, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void tellsTheOffsetOnlyOnceTheLogAcknowledged() {
        var published = write(10);
        assertThat(published.isComplete()).isFalse();

        producer.completeNext();

        assertThat(get(published)).isEqualTo(new Published.Acknowledged(0, 0));
        assertThat(writer.inFlight()).isZero();
        assertThat(writer.inFlightBytes()).isZero();
    }

    @Test
    void refusesMoreThanTheWindowTakes() {
        var _ = write(10);
        var _ = write(10);

        assertThat(get(write(10))).isInstanceOf(Published.Overloaded.class);
        assertThat(producer.history()).hasSize(2);
    }

    @Test
    void refusesRecordsThatNoTopicTakes() {
        assertThat(get(write(65 << 10))).isInstanceOf(Published.TooLarge.class);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void offersARecordAgainUntilTheProducerTakesIt() {
        producer.refusals.set(3);
        var published = write(10);

        await().until(() -> producer.history().size() == 1);
        producer.completeNext();

        assertThat(get(published)).isInstanceOf(Published.Acknowledged.class);
    }

    @Test
    void givesUpOnAProducerThatTakesNothingWithinTheDeliveryTimeout() {
        producer.refusals.set(Integer.MAX_VALUE);

        assertThat(get(write(10)))
                .isInstanceOfSatisfying(
                        Published.Unavailable.class,
                        unavailable -> assertThat(unavailable.uncertain()).isFalse());
        assertThat(writer.inFlight()).isZero();
    }

    @Test
    void saysThatARecordMayBeOnTheLogWhenItsAcknowledgementIsMissing() {
        var published = write(10);
        producer.errorNext(new TimeoutException("delivery"));

        assertThat(get(published))
                .isInstanceOfSatisfying(
                        Published.Unavailable.class,
                        unavailable -> assertThat(unavailable.uncertain()).isTrue());
    }

    @Test
    void doesNotOfferAgainWhatCanNeverBeTaken() {
        producer.refusal = new InvalidTopicException("bad");
        producer.refusals.set(1);

        assertThat(get(write(10))).isInstanceOf(Published.Unavailable.class);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void tellsWhenTheBrokerFindsARecordTooLarge() {
        var published = write(10);
        producer.errorNext(new RecordTooLargeException("too large"));

        assertThat(get(published)).isInstanceOf(Published.TooLarge.class);
    }

    @Test
    void answersUnavailableAfterClose() {
        writer.close();

        assertThat(get(write(10))).isInstanceOf(Published.Unavailable.class);
    }
}

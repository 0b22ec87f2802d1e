package dev.millrace.ops.stack;

import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.egress.access.Scope;
import dev.millrace.job.AccountId;
import dev.millrace.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes the development stack's accounts and keys, as administration would. Blocks until they are durable. */
final class ControlRecords implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 15;

    private final Foundation foundation;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();

    ControlRecords(Foundation foundation) {
        this.foundation = foundation;
        var properties = foundation.kafka().properties();
        properties.put("acks", "all");
        properties.put("linger.ms", 0);
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void account(AccountId account, String displayName) {
        var record = AccountRecord.newBuilder()
                .setAccount(account.value())
                .setDisplayName(displayName)
                .setUpdatedAtMillis(System.currentTimeMillis())
                .build();
        send(foundation.topics().accounts(), account.value(), record);
    }

    void key(AccountId account, ApiKey key, Secret pepper, String label, Scope... scopes) {
        var record = ApiKeyRecord.newBuilder()
                .setKeyId(key.keyId())
                .setAccount(account.value())
                .setHmac(ByteBuffer.wrap(key.hmac(pepper)))
                .setLabel(label)
                .setScopes(Arrays.stream(scopes).map(Scope::text).toList())
                .setCreatedAtMillis(System.currentTimeMillis())
                .build();
        send(foundation.topics().keys(), key.keyId(), record);
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, String key, T value) {
        var bytes = foundation.codecs().codec(topic).encode(value);
        sent.add(producer.send(new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), bytes)));
    }

    /**
     * Waits for everything written so far.
     *
     * @throws StackException when the broker did not take it
     */
    void flush() {
        try {
            for (var each : sent) {
                each.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new StackException("The development keys could not be written to the broker: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("Interrupted while the development keys were written.", e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}

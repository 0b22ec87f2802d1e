package dev.millrace.worker.output;

import dev.millrace.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Sets records aside that cannot be read: their own bytes, with the headers that Kafka Streams uses for the same purpose.
 *
 * @see <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-1034%3A+Dead+letter+queue+in+Kafka+Streams">KIP-1034</a>
 */
public final class DeadLetterWriter {
    private final RecordWriter writer;

    public DeadLetterWriter(RecordWriter writer) {
        this.writer = writer;
    }

    /** Writes the dead letter; runs {@code done} once it is durable. */
    public void setAside(ConsumerRecord<byte[], byte[]> record, String reason, Runnable done) {
        var letter = new ProducerRecord<>(TopicCatalogue.DEAD_LETTERS, record.key(), record.value());
        record.headers().forEach(letter.headers()::add);
        put(letter.headers(), "__streams.errors.exception", "undecodable_record");
        put(letter.headers(), "__streams.errors.message", reason);
        put(letter.headers(), "__streams.errors.topic", record.topic());
        put(letter.headers(), "__streams.errors.partition", Integer.toString(record.partition()));
        put(letter.headers(), "__streams.errors.offset", Long.toString(record.offset()));
        writer.raw(letter, done);
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}

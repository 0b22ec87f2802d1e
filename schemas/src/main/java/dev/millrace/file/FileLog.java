package dev.millrace.file;

import dev.millrace.avro.FileChunk;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads files back from the log. Thread-safe: one file after another is read, on a thread of its own that makes its consumer when the first
 * one is asked for.
 *
 * <p>The log is the only index: the partition and the start come from the file's id; the scan ends with the last piece, at the end of the
 * log, or once records are written so long after the upload that no piece can follow.
 */
public final class FileLog implements AutoCloseable {
    /** Most bytes of one file that are read back. */
    public static final int MAX_FILE_BYTES = 512 << 20;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(10);
    private static final Duration LONGEST_UPLOAD = Duration.ofMinutes(10);

    private final KafkaConnection kafka;
    private final Topic<FileChunk> topic;
    private final AvroCodec<FileChunk> codec;
    private final InstantSource clock;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("file-log").daemon().factory());
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;

    public FileLog(KafkaConnection kafka, Topic<FileChunk> topic, AvroCodec<FileChunk> codec, InstantSource clock) {
        this.kafka = kafka;
        this.topic = topic;
        this.codec = codec;
        this.clock = clock;
    }

    /**
     * The file of an account.
     *
     * @return completes on the reader's thread; empty when there is no such file, it belongs to another account, has expired, is not
     *     whole or larger than {@code maxBytes}; fails when the log cannot be read
     */
    public CompletableFuture<Optional<StoredFile>> read(FileId id, String account, int maxBytes) {
        return CompletableFuture.supplyAsync(
                () -> scan(id, maxBytes)
                        .filter(file -> file.account().equals(account) && clock.millis() < file.expiresAtMillis()),
                thread);
    }

    private Optional<StoredFile> scan(FileId id, int maxBytes) {
        if (id.partition() >= topic.partitions()) {
            return Optional.empty();
        }
        var reader = consumer();
        var partition = new TopicPartition(topic.name(), id.partition());
        reader.assign(List.of(partition));
        long end = Objects.requireNonNull(reader.endOffsets(List.of(partition)).get(partition));
        long fromMillis = Math.max(0, id.createdAtMillis() - CLOCK_SKEW.toMillis());
        var start = reader.offsetsForTimes(Map.of(partition, fromMillis)).get(partition);
        if (start == null) {
            return Optional.empty();
        }
        reader.seek(partition, start.offset());
        long lastMillis = id.createdAtMillis() + LONGEST_UPLOAD.toMillis();
        var assembly = new FileAssembly(id.value(), maxBytes);
        while (!assembly.over() && reader.position(partition) < end) {
            for (var record : reader.poll(POLL).records(partition)) {
                if (record.timestamp() > lastMillis) {
                    return assembly.file();
                }
                if (record.value() != null && isOf(id, record.key())) {
                    add(record.value(), assembly);
                }
            }
        }
        return assembly.file();
    }

    private static boolean isOf(FileId id, byte @Nullable [] key) {
        return key != null && new String(key, StandardCharsets.UTF_8).startsWith(id.value() + "/");
    }

    private void add(byte[] bytes, FileAssembly assembly) {
        switch (codec.decode(bytes)) {
            case Value<FileChunk>(var chunk) -> assembly.add(chunk);
            case Undecodable<FileChunk> _ -> {}
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var made = consumer;
        if (made == null) {
            var properties = kafka.properties();
            properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
            properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
            properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
            made = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            consumer = made;
        }
        return made;
    }

    /** Ends after the file that is being read. */
    @Override
    public void close() {
        thread.execute(() -> {
            if (consumer != null) {
                consumer.close();
            }
        });
        thread.close();
    }
}

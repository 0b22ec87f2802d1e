package dev.millrace.egress.log;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.egress.log.LogReader.Start;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.results.ResultsScan;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/** Finds requests on {@code inference-requests}, in the partition of their account. */
final class RequestLookup {
    /** A producer may try this long to deliver the request after its id was made. */
    private static final Duration DELIVERY = Duration.ofMinutes(5);

    private static final long WINDOW_RECORDS = 2000;
    private static final long MAX_LISTED_RECORDS = 20_000;

    private final Topic<InferenceRequest> topic;
    private final AvroCodec<InferenceRequest> codec;

    RequestLookup(Topic<InferenceRequest> topic, AvroCodec<InferenceRequest> codec) {
        this.topic = topic;
        this.codec = codec;
    }

    /**
     * A request as it lies on the log.
     *
     * @param createdAtMillis what the request says, else the record's time
     */
    record Found(JobId id, InferenceRequest request, long createdAtMillis) {}

    /**
     * The request of a job.
     *
     * @throws dev.millrace.registry.RegistryException.Unavailable when a schema is not known and the registry does not tell
     */
    Optional<Found> find(LogReader reader, JobId id, AccountId account) throws InterruptedException {
        var partition = partition(account);
        var key = key(account);
        var extent = reader.extent(partition);
        var created = id.createdAtMillis();
        var start = created.isPresent()
                ? new Start.AtTime(created.getAsLong() - ResultsScan.CLOCK_SKEW.toMillis())
                : new Start.AtOffset(0);
        long lastMillis = created.isPresent() ? created.getAsLong() + DELIVERY.toMillis() : Long.MAX_VALUE;
        var found = new AtomicReference<Found>();
        reader.read(partition, reader.offsetOf(partition, start, extent), extent.endOffset(), record -> {
            if (Arrays.equals(record.key(), key)) {
                decode(record).filter(request -> request.id().equals(id)).ifPresent(found::set);
            }
            return found.get() == null && record.timestamp() <= lastMillis;
        });
        return Optional.ofNullable(found.get());
    }

    /** The account's latest requests, newest first, as far back as a bounded number of records. */
    List<Found> latest(LogReader reader, AccountId account, int limit) throws InterruptedException {
        var partition = partition(account);
        var key = key(account);
        var extent = reader.extent(partition);
        long stop = Math.max(extent.beginOffset(), extent.endOffset() - MAX_LISTED_RECORDS);
        var newestFirst = new ArrayList<Found>();
        for (long to = extent.endOffset(); to > stop && newestFirst.size() < limit; to -= WINDOW_RECORDS) {
            var window = new ArrayList<Found>();
            reader.read(partition, Math.max(stop, to - WINDOW_RECORDS), to, record -> {
                if (Arrays.equals(record.key(), key)) {
                    decode(record).ifPresent(window::add);
                }
                return true;
            });
            newestFirst.addAll(window.reversed());
        }
        return List.copyOf(newestFirst.subList(0, Math.min(limit, newestFirst.size())));
    }

    private Optional<Found> decode(ConsumerRecord<byte[], byte[]> record) {
        return switch (codec.decode(record.value())) {
            case Undecodable<InferenceRequest> _ -> Optional.empty();
            case Value<InferenceRequest>(var request) -> {
                var id = request.getJobId().isEmpty()
                        ? JobId.ofRecord(record.topic(), record.partition(), record.offset())
                        : JobId.isValid(request.getJobId()) ? new JobId(request.getJobId()) : null;
                long created = request.getCreatedAtMillis() > 0 ? request.getCreatedAtMillis() : record.timestamp();
                yield id == null ? Optional.empty() : Optional.of(new Found(id, request, created));
            }
        };
    }

    private TopicPartition partition(AccountId account) {
        return new TopicPartition(topic.name(), Utils.toPositive(Utils.murmur2(key(account))) % topic.partitions());
    }

    private static byte[] key(AccountId account) {
        return account.value().getBytes(StandardCharsets.UTF_8);
    }
}

package dev.millrace.ops.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.InferenceResult;
import dev.millrace.job.JobId;
import dev.millrace.job.ResultRecords;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.results.ResultsScan;
import dev.millrace.results.ResultsScan.Search;
import dev.millrace.serde.AvroCodec;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicDeclarer;
import dev.millrace.topic.TopicSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResultsScanIT {
    private static final long MINUTE_MILLIS = 60_000;
    /** Written to by one test only, because a search by time ends at the first record that is late enough. */
    private static final int QUIET_PARTITION = 2;

    private final Topic<InferenceResult> topic =
            new TopicCatalogue(new TopicSettings(1, 3, 1, (short) 1, Duration.ofDays(3), List.of("default"))).results();
    private Cluster cluster;
    private RegistryClient registry;
    private AvroCodec<InferenceResult> codec;
    private Producer<byte[], byte[]> producer;
    private ResultsScan scan;

    private record Seen(long offset, String text) {}

    @BeforeAll
    void start(@TempDir Path directory) {
        cluster = new Cluster(directory);
        try (var admin = Admin.create(cluster.kafka().properties())) {
            new TopicDeclarer(
                            admin,
                            new TopicCatalogue(
                                    new TopicSettings(1, 3, 1, (short) 1, Duration.ofDays(3), List.of("default"))))
                    .declare();
        }
        registry = new RegistryClient(RegistryConfig.of(cluster.registry()));
        codec = new AvroCodec<>(registry, topic);
        producer =
                new KafkaProducer<>(cluster.kafka().properties(), new ByteArraySerializer(), new ByteArraySerializer());
        scan = new ResultsScan(cluster.kafka(), topic, codec);
    }

    @AfterAll
    void stop() {
        scan.close();
        producer.close();
        registry.close();
        cluster.close();
    }

    private long write(JobId job, int partition, long atMillis, byte[] value) throws Exception {
        var key = job.value().getBytes(StandardCharsets.UTF_8);
        return producer.send(new ProducerRecord<>(topic.name(), partition, atMillis, key, value))
                .get()
                .offset();
    }

    private long write(JobId job, long atMillis, String text) throws Exception {
        var record = ResultRecords.text(1, 1, 0, text);
        return write(job, job.resultsPartition(topic.partitions()), atMillis, codec.encode(record));
    }

    private List<Seen> read(JobId job, long fromMillis) {
        var seen = new ArrayList<Seen>();
        scan.scan(job, fromMillis, (offset, record) -> seen.add(new Seen(offset, ResultRecords.textIn(record))));
        return seen;
    }

    @Test
    void readsOneJobOfManyInLogOrder() throws Exception {
        // Given
        long nowMillis = System.currentTimeMillis();
        var job = JobId.create(1);
        var expected = new ArrayList<Seen>();
        for (int i = 0; i < 50; i++) {
            write(JobId.create(1), nowMillis, "another job");
            write(JobId.create(0), nowMillis, "another partition");
            expected.add(new Seen(write(job, nowMillis, "piece " + i), "piece " + i));
        }
        // Then
        assertThat(read(job, 0)).isEqualTo(expected);
        assertThat(read(job, 0)).as("a second time").isEqualTo(expected);
        assertThat(read(JobId.create(1), 0)).as("a job without records").isEmpty();
    }

    @Test
    void answersWhereToGoOn() throws Exception {
        // Given
        var job = JobId.create(0);
        write(job, System.currentTimeMillis(), "a");
        long last = write(JobId.create(0), System.currentTimeMillis(), "another job");
        // When
        long next = scan.scan(job, 0, (_, _) -> true);
        // Then
        assertThat(next).isEqualTo(last + 1);
    }

    @Test
    void readsSeveralJobsTogether() throws Exception {
        // Given
        long nowMillis = System.currentTimeMillis();
        var jobs = List.of(JobId.create(0), JobId.create(1), JobId.create(1), JobId.create(0));
        for (int i = 0; i < 20; i++) {
            for (var job : jobs) {
                write(job, nowMillis, "piece " + i);
            }
        }
        var seen = new HashMap<JobId, List<String>>();
        // When
        scan.scan(jobs.stream()
                .map(job -> new Search(job, 0, (_, record) -> {
                    var pieces = seen.computeIfAbsent(job, _ -> new ArrayList<>());
                    pieces.add(ResultRecords.textIn(record));
                    // One has enough early, the others do not
                    return !job.equals(jobs.getFirst()) || pieces.size() < 3;
                }))
                .toList());
        // Then
        var all = IntStream.range(0, 20).mapToObj(i -> "piece " + i).toList();
        assertThat(seen).hasSize(4).containsEntry(jobs.getFirst(), all.subList(0, 3));
        jobs.stream().skip(1).forEach(job -> assertThat(seen).containsEntry(job, all));
    }

    @Test
    void showsAJobToEachWhoLooksForIt() throws Exception {
        // Given
        var job = JobId.create(0);
        write(job, System.currentTimeMillis(), "a");
        var seen = new ArrayList<String>();
        // When
        scan.scan(List.of(
                new Search(job, 0, (_, record) -> seen.add("first " + ResultRecords.textIn(record))),
                new Search(job, 0, (_, record) -> seen.add("second " + ResultRecords.textIn(record)))));
        // Then
        assertThat(seen).containsExactly("first a", "second a");
    }

    @Test
    void stopsWhenTheVisitorHasEnough() throws Exception {
        // Given
        var job = JobId.create(0);
        long nowMillis = System.currentTimeMillis();
        write(job, nowMillis, "a");
        long second = write(job, nowMillis, "b");
        write(job, nowMillis, "c");
        var seen = new ArrayList<String>();
        // When
        long next = scan.scan(job, 0, (_, record) -> {
            seen.add(ResultRecords.textIn(record));
            return seen.size() < 2;
        });
        // Then
        assertThat(seen).containsExactly("a", "b");
        assertThat(next).isEqualTo(second + 1);
    }

    @Test
    void beginsAtTheGivenTimeForAJobThatDoesNotTellIts() throws Exception {
        // Given
        var job = IntStream.range(0, 1000)
                .mapToObj(i -> new JobId("order-" + i))
                .filter(id -> id.resultsPartition(topic.partitions()) == QUIET_PARTITION)
                .findFirst()
                .orElseThrow();
        long nowMillis = System.currentTimeMillis();
        write(job, nowMillis - 60 * MINUTE_MILLIS, "early");
        write(job, nowMillis - 30 * MINUTE_MILLIS, "middle");
        write(job, nowMillis, "late");
        // Then
        assertThat(read(job, 0)).extracting(Seen::text).containsExactly("early", "middle", "late");
        assertThat(read(job, nowMillis - 45 * MINUTE_MILLIS))
                .extracting(Seen::text)
                .containsExactly("middle", "late");
        assertThat(read(job, nowMillis - 30 * MINUTE_MILLIS + ResultsScan.CLOCK_SKEW.toMillis()))
                .as("clocks may differ")
                .extracting(Seen::text)
                .containsExactly("middle", "late");
        assertThat(read(job, nowMillis + 60 * MINUTE_MILLIS)).isEmpty();
    }

    @Test
    void startsNoEarlierThanTheJobItself() throws Exception {
        // Given
        var job = JobId.create(1);
        long createdAtMillis = job.createdAtMillis().orElseThrow();
        write(job, createdAtMillis - MINUTE_MILLIS, "impossible");
        write(job, createdAtMillis - ResultsScan.CLOCK_SKEW.toMillis() / 2, "by a slow clock");
        write(job, createdAtMillis, "a");
        // Then
        assertThat(read(job, 0)).extracting(Seen::text).endsWith("by a slow clock", "a");
        assertThat(read(job, Long.MAX_VALUE)).as("the id knows better").isNotEmpty();
    }

    @Test
    void passesOverWhatCannotBeDecoded() throws Exception {
        // Given
        var job = JobId.create(0);
        long nowMillis = System.currentTimeMillis();
        write(job, nowMillis, "a");
        write(job, 0, nowMillis, "garbage".getBytes(StandardCharsets.UTF_8));
        write(job, nowMillis, "b");
        // Then
        assertThat(read(job, 0)).extracting(Seen::text).containsExactly("a", "b");
    }

    @Test
    void readsWhatRetentionLeft() throws Exception {
        // Given
        var job = JobId.create(1);
        long nowMillis = System.currentTimeMillis();
        write(job, nowMillis, "gone");
        long kept = write(job, nowMillis, "kept");
        try (var admin = Admin.create(cluster.kafka().properties())) {
            var partition = new TopicPartition(topic.name(), 1);
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(kept)))
                    .all()
                    .get();
        }
        // Then
        assertThat(read(job, 0)).containsExactly(new Seen(kept, "kept"));
    }
}

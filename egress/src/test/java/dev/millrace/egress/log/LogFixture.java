package dev.millrace.egress.log;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.MemoryLog;
import dev.millrace.egress.StubRegistry;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/** A results log over a log in memory. */
final class LogFixture implements AutoCloseable {
    static final TopicCatalogue TOPICS = new TopicCatalogue(TopicSettings.DEFAULTS);

    final Vertx vertx = Vertx.vertx();
    final MemoryLog memory = new MemoryLog();
    final StubRegistry registry = new StubRegistry();
    final Codecs writers = new Codecs(registry.client());
    final ResultsLog log;

    LogFixture() {
        this(ResultsLogConfig.DEFAULTS);
    }

    LogFixture(ResultsLogConfig config) {
        log = new ResultsLog(
                vertx, memory.consumers(), TOPICS, new Codecs(registry.client()), config, InstantSource.system());
    }

    LogFixture started() {
        await(log.start());
        return this;
    }

    /** Small buffers, so that a slow reader falls behind soon. */
    static ResultsLogConfig tight(int maxBufferedEvents) {
        return new ResultsLogConfig(Set.of(), 1000, maxBufferedEvents, 1 << 20, 2, 100, 1 << 20);
    }

    JobId newJob() {
        return JobId.create(log.choosePartition());
    }

    TopicPartition partition(JobId job) {
        return new TopicPartition(
                TOPICS.results().name(), job.resultsPartition(TOPICS.results().partitions()));
    }

    long publish(InferenceResult record) {
        var bytes = writers.codec(TOPICS.results()).encode(record);
        return publishBytes(new JobId(record.getJobId()), bytes);
    }

    void publishAll(List<InferenceResult> records) {
        records.forEach(this::publish);
    }

    long publishBytes(JobId job, byte[] value) {
        var partition = partition(job);
        return memory.append(partition.topic(), partition.partition(), System.currentTimeMillis(), key(job), value);
    }

    void request(JobId job, AccountId account) {
        request(InferenceRequest.newBuilder()
                .setJobId(job.value())
                .setAccount(account.value())
                .setModel("alpha/one")
                .setInput(ChatInput.newBuilder().setMessages(List.of()).build())
                .build());
    }

    void request(InferenceRequest request) {
        var key = request.getAccount().getBytes(StandardCharsets.UTF_8);
        int partition = Utils.toPositive(Utils.murmur2(key)) % TOPICS.requests().partitions();
        memory.append(
                TOPICS.requests().name(),
                partition,
                System.currentTimeMillis(),
                key,
                writers.codec(TOPICS.requests()).encode(request));
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer in time", e);
        }
    }

    static Duration patience() {
        return Duration.ofSeconds(20);
    }

    private static byte[] key(JobId job) {
        return job.value().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        log.close();
        registry.close();
        await(vertx.close());
    }
}

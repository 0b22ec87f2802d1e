package dev.millrace.router;

import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.AccountState;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.JobControl;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.JobState;
import dev.millrace.avro.Lane;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Verdict;
import dev.millrace.registry.FakeRegistry;
import dev.millrace.registry.RegistryClient;
import dev.millrace.router.store.Stores;
import dev.millrace.router.window.WindowPolicy;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.Codecs;
import dev.millrace.streams.StreamsSettings;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The router without a broker: pipe in, read out, move the clock. */
final class RouterDriver implements AutoCloseable {
    static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    private final FakeRegistry registry = FakeRegistry.start();
    private final RegistryClient client;
    private final TopicCatalogue topics;
    private final Codecs codecs;
    private final TopologyTestDriver driver;
    private final Path stateDir;
    private Instant now = START;

    RouterDriver() {
        this(config -> config);
    }

    RouterDriver(UnaryOperator<RouterConfig> change) {
        try {
            stateDir = Files.createTempDirectory("router-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var config = change.apply(RouterConfig.of(
                KafkaConnection.plain("unused:1"),
                registry.config(),
                TopicSettings.DEFAULTS,
                StreamsSettings.of(stateDir)));
        client = new RegistryClient(config.registry());
        topics = new TopicCatalogue(config.topics());
        codecs = new Codecs(client);
        var properties = config.streams().properties("router-test", config.kafka(), (short) 1);
        driver = new TopologyTestDriver(RouterTopology.build(config, Samples::catalogue, codecs), properties, START);
    }

    FakeRegistry registry() {
        return registry;
    }

    long nowMillis() {
        return now.toEpochMilli();
    }

    void advance(Duration by) {
        now = now.plus(by);
        driver.advanceWallClockTime(by);
    }

    void submit(InferenceRequest request) {
        submit(request.getAccount(), request, new RecordHeaders());
    }

    void submit(@Nullable String key, InferenceRequest request, Headers headers) {
        pipe(topics.requests(), key, encode(topics.requests(), request), headers);
    }

    void submitBytes(@Nullable String key, byte @Nullable [] value, Headers headers) {
        pipe(topics.requests(), key, value, headers);
    }

    void submitRaw(byte[] key, byte[] value) {
        pipe(topics.requests(), key, value, new RecordHeaders());
    }

    void report(AttemptOutcome outcome) {
        pipe(topics.outcomes(), outcome.getAccount(), encode(topics.outcomes(), outcome), new RecordHeaders());
    }

    void reportBytes(byte[] value) {
        pipe(topics.outcomes(), Samples.ACCOUNT, value, new RecordHeaders());
    }

    void control(JobControl control) {
        pipe(topics.jobControl(), control.getAccount(), encode(topics.jobControl(), control), new RecordHeaders());
    }

    void controlBytes(byte[] value) {
        pipe(topics.jobControl(), Samples.ACCOUNT, value, new RecordHeaders());
    }

    void account(AccountRecord account) {
        pipe(topics.accounts(), account.getAccount(), encode(topics.accounts(), account), new RecordHeaders());
    }

    void accountBytes(String account, byte[] value) {
        pipe(topics.accounts(), account, value, new RecordHeaders());
    }

    /** Everything dispatched since the last call: the interactive lane, then the batch lane. */
    List<InferenceDispatch> dispatches() {
        var all = new ArrayList<>(dispatches(Lane.INTERACTIVE));
        all.addAll(dispatches(Lane.BATCH));
        return all;
    }

    List<InferenceDispatch> dispatches(Lane lane) {
        return read(topics.dispatch("default", lane));
    }

    List<TestRecord<byte[], byte[]>> dispatchRecords(Lane lane) {
        return out(topics.dispatch("default", lane).name()).readRecordsToList();
    }

    InferenceDispatch onlyDispatch() {
        var all = dispatches();
        if (all.size() != 1) {
            throw new AssertionError("expected one dispatch, got " + all);
        }
        return all.getFirst();
    }

    AttemptOrder onlyOrder() {
        return Orders.order(onlyDispatch());
    }

    Terminal onlyEnd() {
        return Orders.end(onlyDispatch());
    }

    Verdict onlyVerdict() {
        return Orders.verdict(onlyDispatch());
    }

    List<JobSettlement> settlements() {
        return read(topics.settlements());
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return out(TopicCatalogue.DEAD_LETTERS).readRecordsToList();
    }

    /** The job of the test account; there must be one. */
    JobState job(String jobId) {
        var job = this.<JobState>store(Stores.JOBS).get(Samples.ACCOUNT + "/" + jobId);
        if (job == null) {
            throw new AssertionError("no job " + jobId);
        }
        return job;
    }

    /** Counts of the test account; there must be some. */
    AccountState window() {
        var state = this.<AccountState>store(Stores.WINDOWS).get(Samples.ACCOUNT);
        if (state == null) {
            throw new AssertionError("no counts of " + Samples.ACCOUNT);
        }
        return state;
    }

    /** The same configuration with another window. */
    static RouterConfig with(RouterConfig config, WindowPolicy windows) {
        return new RouterConfig(
                config.applicationId(),
                config.kafka(),
                config.registry(),
                config.topics(),
                config.streams(),
                config.limits(),
                windows,
                config.deadlines(),
                config.retry(),
                config.wakeEvery());
    }

    <V> KeyValueStore<String, V> store(String name) {
        return driver.getKeyValueStore(name);
    }

    int size(String store) {
        int size = 0;
        try (var all = store(store).all()) {
            while (all.hasNext()) {
                all.next();
                size++;
            }
        }
        return size;
    }

    <V extends SpecificRecord> byte[] encode(Topic<V> topic, V value) {
        return codecs.codec(topic).encode(value);
    }

    TopicCatalogue topics() {
        return topics;
    }

    private void pipe(Topic<?> topic, @Nullable String key, byte @Nullable [] value, Headers headers) {
        pipe(topic, key == null ? null : key.getBytes(StandardCharsets.UTF_8), value, headers);
    }

    private void pipe(Topic<?> topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        TestInputTopic<byte[], byte[]> in =
                driver.createInputTopic(topic.name(), new ByteArraySerializer(), new ByteArraySerializer());
        in.pipeInput(new TestRecord<>(key, value, headers, now));
    }

    private <V extends SpecificRecord> List<V> read(Topic<V> topic) {
        return out(topic.name()).readRecordsToList().stream()
                .map(record -> value(codecs.codec(topic), record.value()))
                .toList();
    }

    private static <V extends SpecificRecord> V value(AvroCodec<V> codec, byte[] bytes) {
        return switch (codec.decode(bytes)) {
            case AvroCodec.Value<V>(var value) -> value;
            case AvroCodec.Undecodable<V>(var reason) -> throw new AssertionError(reason);
        };
    }

    private TestOutputTopic<byte[], byte[]> out(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        driver.close();
        client.close();
        registry.close();
    }
}

package dev.millrace.billing;

import static dev.millrace.billing.ledger.Settlements.loss;
import static dev.millrace.billing.ledger.Settlements.settlement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.LedgerTransfer;
import dev.millrace.avro.TransferCode;
import dev.millrace.billing.processor.Names;
import dev.millrace.registry.FakeRegistry;
import dev.millrace.registry.RegistryClient;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.serde.Codecs;
import dev.millrace.streams.StreamsSettings;
import dev.millrace.topic.DeadLetter;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BillingTopologyTest {
    private final FakeRegistry registry = FakeRegistry.start();
    private final RegistryClient client = new RegistryClient(registry.config());
    private final Codecs codecs = new Codecs(client);
    private final TopicCatalogue topics = new TopicCatalogue(TopicSettings.DEFAULTS);

    @TempDir
    private Path stateDir;

    private TopologyTestDriver driver;

    @BeforeEach
    void open() {
        var config = BillingConfig.of(
                KafkaConnection.plain("unused:1"),
                registry.config(),
                TopicSettings.DEFAULTS,
                StreamsSettings.of(stateDir));
        var properties = config.streams().properties("billing-test", config.kafka(), (short) 1);
        driver = new TopologyTestDriver(BillingTopology.build(config, codecs), properties);
    }

    @AfterEach
    void close() {
        driver.close();
        client.close();
        registry.close();
    }

    @Test
    void keepsReviewedProcessorAndStoreNames() throws IOException {
        var config = BillingConfig.of(
                KafkaConnection.plain("unused:1"),
                registry.config(),
                TopicSettings.DEFAULTS,
                StreamsSettings.of(stateDir));

        assertThat(BillingTopology.build(config, codecs).describe().toString())
                .isEqualTo(golden("billing-topology.txt"));
    }

    @Test
    void postsATransferAndTheNewBalance() {
        // When
        settle(settlement("job-1", 0, 50).setLosses(List.of(loss(1, 2, 7))).build());
        settle(settlement("job-2", 0, 30).build());
        // Then
        assertThat(transfers())
                .extracting(LedgerTransfer::getCode)
                .containsExactly(TransferCode.USAGE, TransferCode.OPERATOR_LOSS, TransferCode.USAGE);
        assertThat(balances().getLast()).satisfies(balance -> {
            assertThat(balance.getDebitsPostedNanos()).isEqualTo(80);
            assertThat(balance.getOperatorLossNanos()).isEqualTo(7);
            assertThat(balance.getJobs()).isEqualTo(2);
            assertThat(balance.getVersion()).isEqualTo(3);
        });
    }

    @Test
    void changesNothingForTheSameSettlementAgain() {
        // Given
        var settlement = settlement("job-1", 0, 50).build();
        settle(settlement);
        transfers();
        balances();
        // When
        settle(settlement);
        // Then
        assertThat(transfers()).isEmpty();
        assertThat(balances()).isEmpty();
    }

    @Test
    void correctsByAHigherRevision() {
        // Given
        settle(settlement("job-1", 0, 50).build());
        // When
        settle(settlement("job-1", 1, 20).build());
        // Then
        assertThat(transfers().getLast().getCode()).isEqualTo(TransferCode.CORRECTION);
        assertThat(balances().getLast().getDebitsPostedNanos()).isEqualTo(20);
    }

    @Test
    void keepsTheBalancesOfAccountsApart() {
        settle(settlement("job-1", 0, 50).build());
        settle(settlement("job-1", 0, 9).setAccount("other").build());

        assertThat(balances().getLast()).satisfies(balance -> {
            assertThat(balance.getAccount()).isEqualTo("other");
            assertThat(balance.getDebitsPostedNanos()).isEqualTo(9);
        });
    }

    @Test
    void buriesWhatIsNoSettlementAndGoesOn() {
        // When
        pipe("not avro".getBytes(StandardCharsets.UTF_8));
        settle(settlement("job-1", 0, 50).build());
        // Then
        var letter = out(TopicCatalogue.DEAD_LETTERS).readRecord();
        assertThat(letter.value()).isEqualTo("not avro".getBytes(StandardCharsets.UTF_8));
        assertThat(DeadLetter.of(letter.headers())).isNotNull().satisfies(reason -> {
            assertThat(reason.topic()).isEqualTo("job-settlements");
            assertThat(reason.exception()).isEqualTo("undecodable_record");
        });
        assertThat(transfers()).hasSize(1);
    }

    @Test
    void forgetsSettlementsLongAfterTheirTopicDid() {
        // Given
        settle(settlement("job-1", 0, 50).build());
        // When
        driver.advanceWallClockTime(Duration.ofDays(34));
        boolean before = posted("job-1");
        driver.advanceWallClockTime(Duration.ofDays(2));
        // Then
        assertThat(before).isTrue();
        assertThat(posted("job-1")).isFalse();
        assertThat(driver.<String, String>getKeyValueStore(Names.EXPIRIES_BY_TIME)
                        .all())
                .isExhausted();
    }

    private boolean posted(String jobId) {
        return driver.<String, JobSettlement>getKeyValueStore(Names.SETTLEMENTS_BY_JOB)
                        .get("acme/" + jobId)
                != null;
    }

    private void settle(JobSettlement settlement) {
        pipe(codecs.codec(topics.settlements()).encode(settlement));
    }

    private void pipe(byte[] value) {
        driver.createInputTopic(topics.settlements().name(), new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput("acme".getBytes(StandardCharsets.UTF_8), value);
    }

    private List<LedgerTransfer> transfers() {
        return read(topics.ledger());
    }

    private List<CreditBalance> balances() {
        return read(topics.balances());
    }

    private <V extends SpecificRecord> List<V> read(Topic<V> topic) {
        return out(topic.name()).readValuesToList().stream()
                .map(bytes -> ((Value<V>) codecs.codec(topic).decode(bytes)).value())
                .toList();
    }

    private TestOutputTopic<byte[], byte[]> out(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static String golden(String name) throws IOException {
        try (var in = Objects.requireNonNull(BillingTopologyTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

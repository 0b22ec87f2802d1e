package dev.millrace.ops.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicDeclarer;
import dev.millrace.topic.TopicDeclarer.Mismatch;
import dev.millrace.topic.TopicSettings;
import dev.millrace.topic.TopicsUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicDeclarerIT {
    private final TopicCatalogue catalogue =
            new TopicCatalogue(new TopicSettings(2, 3, 2, (short) 1, Duration.ofHours(6), List.of("default", "gpu")));
    private Cluster cluster;
    private Admin admin;
    private TopicDeclarer declarer;

    @BeforeAll
    void start(@TempDir Path directory) {
        cluster = new Cluster(directory);
        admin = Admin.create(cluster.kafka().properties());
        declarer = new TopicDeclarer(admin, catalogue);
    }

    @AfterAll
    void stop() {
        admin.close();
        cluster.close();
    }

    @BeforeEach
    void declareAll() {
        declarer.declare();
        await().untilAsserted(() -> assertThat(declarer.verify()).isEmpty());
    }

    @AfterEach
    void deleteAll() throws Exception {
        var names = declaredNames();
        names.retainAll(admin.listTopics().names().get());
        admin.deleteTopics(names).all().get();
        await().until(() -> admin.listTopics().names().get().stream().noneMatch(declaredNames()::contains));
    }

    private List<String> declaredNames() {
        var names = new ArrayList<>(catalogue.all().stream().map(Topic::name).toList());
        names.add(TopicCatalogue.DEAD_LETTERS);
        return names;
    }

    @Test
    void createsEveryTopicOnce() throws Exception {
        assertThat(admin.listTopics().names().get()).containsAll(declaredNames());
        assertThat(declarer.declare()).isEmpty();
    }

    @Test
    void createsOnlyWhatIsMissing() throws Exception {
        // Given
        admin.deleteTopics(List.of("job-control", "credit-ledger")).all().get();
        await().until(() -> !admin.listTopics().names().get().contains("credit-ledger"));
        // Then
        assertThat(declarer.verify())
                .containsExactlyInAnyOrder(
                        new Mismatch("job-control", "topic", "present", "missing"),
                        new Mismatch("credit-ledger", "topic", "present", "missing"));
        assertThat(declarer.declare()).containsExactlyInAnyOrder("job-control", "credit-ledger");
        await().untilAsserted(() -> assertThat(declarer.verify()).isEmpty());
    }

    @Test
    void findsATopicWithOtherPartitions() throws Exception {
        // Given
        admin.createPartitions(Map.of("inference-results", NewPartitions.increaseTo(5)))
                .all()
                .get();
        // Then
        await().untilAsserted(() -> assertThat(declarer.verify())
                .containsExactly(new Mismatch("inference-results", "partitions", "3", "5")));
        assertThat(declarer.declare()).as("what exists stays as it is").isEmpty();
    }

    @Test
    void findsATopicWithOtherSettings() throws Exception {
        // Given
        alter("credit-balances", "cleanup.policy", "delete");
        alter("inference-results", "retention.ms", "1000");
        // Then
        await().untilAsserted(() -> assertThat(declarer.verify())
                .containsExactlyInAnyOrder(
                        new Mismatch("credit-balances", "cleanup.policy", "compact", "delete"),
                        new Mismatch("inference-results", "retention.ms", "21600000", "1000")));
        assertThat(declarer.verify().getFirst().toString()).contains(": ").contains(", expected ");
    }

    @Test
    void mindsNothingThatIsNotDeclared() throws Exception {
        alter("inference-results", "segment.bytes", "1048576");
        assertThat(declarer.verify()).isEmpty();
    }

    @Test
    void letsSeveralProcessesDeclareAtOnce() throws Exception {
        // Given
        deleteAll();
        // When
        var created = new ArrayList<String>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            var declarations = new ArrayList<Future<List<String>>>();
            for (int i = 0; i < 4; i++) {
                declarations.add(threads.submit(declarer::declare));
            }
            for (var declaration : declarations) {
                created.addAll(declaration.get());
            }
        }
        // Then
        assertThat(created).containsExactlyInAnyOrderElementsOf(declaredNames());
        await().untilAsserted(() -> assertThat(declarer.verify()).isEmpty());
    }

    @Test
    void saysSoWhenTheClusterDoesNotAnswer() {
        var properties = KafkaConnection.plain("127.0.0.1:1").properties();
        properties.put("default.api.timeout.ms", 500);
        properties.put("request.timeout.ms", 500);
        try (var nobody = Admin.create(properties)) {
            assertThatExceptionOfType(TopicsUnavailableException.class)
                    .isThrownBy(() -> new TopicDeclarer(nobody, catalogue).declare());
            assertThatExceptionOfType(TopicsUnavailableException.class)
                    .isThrownBy(() -> new TopicDeclarer(nobody, catalogue).verify());
        }
    }

    @Test
    void saysSoWhenTheClusterRefuses() throws Exception {
        // Given one broker, which cannot hold three replicas
        deleteAll();
        var greedy = new TopicDeclarer(
                admin, new TopicCatalogue(new TopicSettings(1, 1, 1, (short) 3, Duration.ofHours(6), List.of("a"))));
        // Then
        assertThatExceptionOfType(TopicsUnavailableException.class)
                .isThrownBy(greedy::declare)
                .withMessageContaining("cannot create topic")
                .withMessageContaining("replication factor");
    }

    private void alter(String topic, String key, String value) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var set = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
    }
}

package dev.millrace.ops.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class EmbeddedBrokerIT {
    @TempDir
    Path directory;

    @Test
    void servesConsumerGroupsOnAFreePort() throws Exception {
        try (var broker = startOnFreePort()) {
            // Given
            var kafka = new KafkaFixture(broker.bootstrapServers());
            kafka.createTopic("words", 4);
            kafka.send("words", "a", "b", "c");
            // When
            var seen = new HashSet<String>();
            long startedNanos = System.nanoTime();
            try (var consumer = kafka.consumer(
                    Map.of("group.id", "readers", "group.protocol", "consumer", "auto.offset.reset", "earliest"))) {
                consumer.subscribe(List.of("words"));
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
                    consumer.poll(Duration.ofMillis(100)).forEach(r -> seen.add(r.value()));
                    return seen.size() == 3;
                });
                consumer.commitSync();
            }
            // Then
            assertThat(broker.port()).isPositive();
            assertThat(seen).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(Duration.ofNanos(System.nanoTime() - startedNanos))
                    .as("a first member waits for no others")
                    .isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void hidesAbortedTransactionsFromCommittedReaders() throws Exception {
        try (var broker = startOnFreePort()) {
            // Given
            var kafka = new KafkaFixture(broker.bootstrapServers());
            kafka.createTopic("facts", 1);
            // When
            try (var producer = kafka.producer(Map.of("transactional.id", "writer"))) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("facts", "k", "kept")).get();
                producer.commitTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("facts", "k", "dropped")).get();
                producer.abortTransaction();
            }
            // Then
            assertThat(kafka.readCommitted("facts")).containsExactly("kept");
        }
    }

    @Test
    void abortsTheTransactionOfADeadWriterSoonAfterItsTimeout() throws Exception {
        try (var broker = startOnFreePort()) {
            // Given
            var kafka = new KafkaFixture(broker.bootstrapServers());
            kafka.createTopic("facts", 1);
            var producer = kafka.producer(Map.of("transactional.id", "writer", "transaction.timeout.ms", "1000"));
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("facts", "k", "dangling")).get();
            // When the writer never ends it
            kafka.send("facts", "behind it");
            // Then
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .untilAsserted(
                            () -> assertThat(kafka.readCommitted("facts")).containsExactly("behind it"));
            producer.close(Duration.ZERO);
        }
    }

    @Test
    void takesARecordOfAFullInlineBody() throws Exception {
        try (var broker = startOnFreePort()) {
            // Given
            var kafka = new KafkaFixture(broker.bootstrapServers());
            kafka.createTopic("bodies", 1);
            var body = "x".repeat(1024 * 1024 + 64 * 1024);
            // When
            try (var producer = kafka.producer(Map.of("max.request.size", 2 * 1024 * 1024))) {
                producer.send(new ProducerRecord<>("bodies", body)).get();
            }
            // Then
            assertThat(kafka.readCommitted("bodies")).containsExactly(body);
        }
    }

    @Test
    void keepsDataAndIdentityOverRestarts() throws Exception {
        // Given
        String clusterId;
        try (var broker = startOnFreePort()) {
            clusterId = broker.clusterId();
            var kafka = new KafkaFixture(broker.bootstrapServers());
            kafka.createTopic("words", 1);
            kafka.send("words", "a", "b");
        }
        // When
        try (var broker = startOnFreePort()) {
            // Then
            assertThat(broker.clusterId()).isEqualTo(clusterId);
            assertThat(new KafkaFixture(broker.bootstrapServers()).readCommitted("words"))
                    .containsExactly("a", "b");
        }
    }

    @Test
    void comesBackWithinSecondsAfterAKill() throws Exception {
        // Given
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var stdout = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            var kafka = new KafkaFixture(stdout.readLine());
            kafka.createTopic("words", 1);
            kafka.send("words", "a", "b");
        } finally {
            // When
            process.destroyForcibly().waitFor();
        }
        long startedNanos = System.nanoTime();
        try (var broker = startOnFreePort()) {
            // Then
            assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isLessThan(Duration.ofSeconds(10));
            assertThat(new KafkaFixture(broker.bootstrapServers()).readCommitted("words"))
                    .containsExactly("a", "b");
        }
    }

    @Test
    void assertsWhatKafkaCallsCurrentTransactions() throws Exception {
        try (var broker = startOnFreePort();
                var admin = new KafkaFixture(broker.bootstrapServers()).admin()) {
            // When
            var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
            // Then
            assertThat(features.get("transaction.version"))
                    .isNotNull()
                    .satisfies(range -> assertThat(range.maxVersionLevel()).isEqualTo((short) 2));
        }
    }

    @Test
    void replacesTheDefaultsThatAreForClustersOfServers() throws Exception {
        try (var broker = startOnFreePort();
                var admin = new KafkaFixture(broker.bootstrapServers()).admin()) {
            // When
            var resource = new ConfigResource(ConfigResource.Type.BROKER, "1");
            var config = Objects.requireNonNull(
                    admin.describeConfigs(List.of(resource)).all().get().get(resource));
            // Then
            var expected = Map.ofEntries(
                    Map.entry("group.initial.rebalance.delay.ms", "0"),
                    Map.entry("group.streams.initial.rebalance.delay.ms", "0"),
                    Map.entry("group.min.session.timeout.ms", "1000"),
                    Map.entry("group.consumer.session.timeout.ms", "3000"),
                    Map.entry("group.consumer.heartbeat.interval.ms", "300"),
                    Map.entry("group.streams.session.timeout.ms", "3000"),
                    Map.entry("offsets.topic.replication.factor", "1"),
                    Map.entry("transaction.state.log.replication.factor", "1"),
                    Map.entry("transaction.state.log.min.isr", "1"),
                    Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                    Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
                    Map.entry("message.max.bytes", "2097152"),
                    Map.entry("auto.create.topics.enable", "false"));
            expected.forEach((name, value) ->
                    assertThat(config.get(name).value()).as(name).isEqualTo(value));
        }
    }

    @Test
    void closesWithinTwoSecondsAndTwiceWithoutHarm() {
        var broker = startOnFreePort();
        // When
        long startedNanos = System.nanoTime();
        broker.close();
        broker.close();
        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isLessThan(Duration.ofSeconds(2));
        assertThat(broker.fault().toCompletableFuture()).isNotDone();
    }

    @Test
    void refusesADirectoryThatAnotherBrokerHolds() {
        try (var broker = startOnFreePort()) {
            assertThatExceptionOfType(BrokerStartException.class)
                    .isThrownBy(this::startOnFreePort)
                    .withMessageContaining(directory.toString())
                    .withMessageContaining("in use by another broker");
            assertThat(broker.fault().toCompletableFuture()).isNotDone();
        }
    }

    @Test
    void refusesATakenPortAndLeavesTheDirectoryFree() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThatExceptionOfType(BrokerStartException.class)
                    .isThrownBy(() -> EmbeddedBroker.start(new EmbeddedBrokerConfig(directory, taken.getLocalPort())))
                    .withMessageContaining("Port " + taken.getLocalPort());
        }
        startOnFreePort().close();
    }

    @Test
    void refusesADirectoryThatCannotBeWritten() throws Exception {
        // Given a file where the directory should be: permissions do not stop root
        var file = Files.writeString(directory.resolve("file"), "");
        // Then
        assertThatExceptionOfType(BrokerStartException.class)
                .isThrownBy(() -> EmbeddedBroker.start(new EmbeddedBrokerConfig(file.resolve("data"), 0)))
                .withMessageContaining("cannot be written");
    }

    @Test
    void refusesDamagedDataWithOneSentence() throws Exception {
        // Given
        Files.writeString(directory.resolve("meta.properties"), "version=1\ncluster.id=x\nnode.id=7\n");
        // Then
        assertThatExceptionOfType(BrokerStartException.class)
                .isThrownBy(this::startOnFreePort)
                .withMessageContaining("cannot start on " + directory);
    }

    private EmbeddedBroker startOnFreePort() {
        return EmbeddedBroker.start(new EmbeddedBrokerConfig(directory, 0));
    }
}

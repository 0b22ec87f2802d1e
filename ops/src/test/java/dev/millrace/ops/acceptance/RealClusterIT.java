package dev.millrace.ops.acceptance;

import dev.millrace.ops.client.Endpoints;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The doors on Apache Kafka's own image and Confluent's registry. Needs a container engine; says so loudly where there is none. */
@EnabledIf(
        value = "engineAnswers",
        disabledReason = "no container engine answers: the doors were not tried on a real cluster")
final class RealClusterIT extends TopicDoorContract {
    private static final DockerImageName KAFKA = DockerImageName.parse("apache/kafka:4.3.1");
    private static final DockerImageName REGISTRY = DockerImageName.parse("confluentinc/cp-schema-registry:8.1.0");
    private static final String INTERNAL_LISTENER = "kafka:19092";
    private static final int REGISTRY_PORT = 8081;

    @TempDir
    private static Path directory;

    private final Network network = Network.newNetwork();
    private final KafkaContainer kafka = new KafkaContainer(KAFKA)
            .withNetwork(network)
            .withListener(INTERNAL_LISTENER)
            .withEnv("KAFKA_MESSAGE_MAX_BYTES", "2097152");
    private final GenericContainer<?> registry = new GenericContainer<>(REGISTRY)
            .withNetwork(network)
            .withExposedPorts(REGISTRY_PORT)
            .withEnv("SCHEMA_REGISTRY_HOST_NAME", "registry")
            .withEnv("SCHEMA_REGISTRY_LISTENERS", "http://0.0.0.0:" + REGISTRY_PORT)
            .withEnv("SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS", "PLAINTEXT://" + INTERNAL_LISTENER)
            .waitingFor(Wait.forHttp("/subjects").forStatusCode(200));

    @SuppressWarnings("NullAway.Init") // set by open
    private ModuleFleet fleet;

    static boolean engineAnswers() {
        boolean answers = DockerClientFactory.instance().isDockerAvailable();
        if (!answers) {
            System.err.println(
                    "SKIPPED: RealClusterIT, no Docker engine answers; the doors were tried on the embedded broker only");
        }
        return answers;
    }

    @Override
    Endpoints open() {
        kafka.start();
        registry.start();
        var url = URI.create("http://" + registry.getHost() + ":" + registry.getMappedPort(REGISTRY_PORT));
        fleet = new ModuleFleet(kafka.getBootstrapServers(), url, directory);
        var keys = fleet.prepare(List.of(TopicDoor.ACCOUNT));
        for (var command : List.of("ingress", "router", "worker", "billing")) {
            fleet.start(command + "-real", command);
        }
        fleet.awaitReady();
        return fleet.endpoints("ingress-real", Objects.requireNonNull(keys.get(TopicDoor.ACCOUNT)));
    }

    @AfterAll
    void endAll() {
        fleet.close();
        registry.stop();
        kafka.stop();
        network.close();
    }
}

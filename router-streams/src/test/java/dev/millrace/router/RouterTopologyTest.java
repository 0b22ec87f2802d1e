package dev.millrace.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.registry.FakeRegistry;
import dev.millrace.registry.RegistryClient;
import dev.millrace.serde.Codecs;
import dev.millrace.streams.StreamsSettings;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouterTopologyTest {
    @Test
    void keepsReviewedProcessorAndStoreNames(@TempDir Path stateDir) throws IOException {
        try (var registry = FakeRegistry.start();
                var client = new RegistryClient(registry.config())) {
            var config = RouterConfig.of(
                    KafkaConnection.plain("unused:1"),
                    registry.config(),
                    TopicSettings.DEFAULTS,
                    StreamsSettings.of(stateDir));

            var topology = RouterTopology.build(config, Samples::catalogue, new Codecs(client));

            assertThat(topology.describe().toString()).isEqualTo(golden("router-topology.txt"));
        }
    }

    private static String golden(String name) throws IOException {
        try (var in = Objects.requireNonNull(RouterTopologyTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

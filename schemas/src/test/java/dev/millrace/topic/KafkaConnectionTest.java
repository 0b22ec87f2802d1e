package dev.millrace.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaConnectionTest {
    @Test
    void givesEveryClientItsOwnProperties() {
        // Given
        var connection = new KafkaConnection("a:1,b:2", Map.of("security.protocol", "SSL"));
        // When
        connection.properties().put("group.id", "mine");
        // Then
        assertThat(connection.properties())
                .isEqualTo(Map.of("bootstrap.servers", "a:1,b:2", "security.protocol", "SSL"));
    }

    @Test
    void neverPrintsTheValuesOfClientProperties() {
        var connection = new KafkaConnection("a:1", Map.of("sasl.jaas.config", "password=canary"));
        assertThat(connection).hasToString("KafkaConnection[a:1, [sasl.jaas.config]]");
    }

    @Test
    void needsAnAddress() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KafkaConnection.plain(" "))
                .withMessage("kafka.bootstrap-servers: must not be empty");
    }
}

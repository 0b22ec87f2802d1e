package dev.millrace.ops.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileTest {
    @ParameterizedTest
    @CsvSource({
        "C2 CompilerThre, C2 CompilerThre",
        "vert.x-eventloop-thread-1, vert.x-eventloop-thread",
        "G1 Conc#0, G1 Conc",
        "GC Thread#3, GC Thread",
        "data-plane-kafka-network-thread-1-ListenerName(CLIENT)-PLAINTEXT-0, data-plane-kafka-network-thread"
    })
    void putsThreadsThatAreAlikeTogether(String name, String kind) {
        assertThat(ThreadCpu.kind(name)).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "org.apache.kafka.streams.processor.internals.StreamThread, kafka streams",
        "org.apache.kafka.clients.producer.internals.Sender, kafka clients",
        "org.apache.kafka.storage.internals.log.UnifiedLog, kafka broker",
        "kafka.server.KafkaApis, kafka broker",
        "dev.millrace.worker.Worker, millrace worker",
        "dev.millrace.serde.AvroCodec, millrace schemas",
        "java.util.HashMap, other"
    })
    void namesWhatAClassBelongsTo(String className, String component) {
        assertThat(Component.of(className)).isEqualTo(component);
    }

    @org.junit.jupiter.api.Test
    void countsFromAnEarlierLook() {
        var since = new ThreadCpu(Map.of("a", 3.0, "b", 1.0)).since(new ThreadCpu(Map.of("a", 1.0)));
        assertThat(since.secondsByKind()).isEqualTo(Map.of("a", 2.0, "b", 1.0));
    }
}

package dev.millrace.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.Lane;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TopicCatalogueTest {
    private final TopicCatalogue catalogue = new TopicCatalogue(
            new TopicSettings(3, 5, 7, (short) 1, Duration.ofHours(6), List.of("default", "gpu-a100")));

    @Test
    void namesEveryTopicOfTheSystem() {
        assertThat(catalogue.all())
                .extracting(Topic::name)
                .containsExactly(
                        "inference-requests",
                        "inference-dispatch-default-interactive",
                        "inference-dispatch-default-batch",
                        "inference-dispatch-gpu-a100-interactive",
                        "inference-dispatch-gpu-a100-batch",
                        "inference-results",
                        "attempt-outcomes",
                        "job-control",
                        "job-settlements",
                        "credit-ledger",
                        "credit-balances",
                        "control-keys",
                        "control-accounts",
                        "control-catalogue",
                        "control-routes",
                        "control-files",
                        "files");
        assertThat(catalogue.all())
                .extracting(Topic::name)
                .doesNotHaveDuplicates()
                .doesNotContain(TopicCatalogue.DEAD_LETTERS)
                .allMatch(name -> name.matches("[a-z0-9]+(-[a-z0-9]+)*"));
    }

    @Test
    void coPartitionsEverythingKeyedByAccount() {
        var byAccount = catalogue.all().stream()
                .filter(topic -> topic.key().equals("account"))
                .collect(Collectors.toMap(Topic::name, Topic::partitions));
        assertThat(byAccount).hasSize(7).containsKeys("inference-requests", "attempt-outcomes", "job-control");
        assertThat(byAccount.values()).containsOnly(3);
    }

    @Test
    void keysResultsAndDispatchesByJob() {
        assertThat(catalogue.results().key()).isEqualTo("job");
        assertThat(catalogue.results().partitions()).isEqualTo(5);
        assertThat(catalogue.dispatch("default", Lane.BATCH).key()).isEqualTo("job");
        assertThat(catalogue.dispatch("default", Lane.BATCH).partitions()).isEqualTo(7);
    }

    @Test
    void declaresTheSchemaOfTheValueClass() throws ReflectiveOperationException {
        for (var topic : catalogue.all()) {
            var compiled = topic.valueType().getMethod("getClassSchema").invoke(null);
            assertThat(topic.valueSchema()).as(topic.name()).isEqualTo(compiled);
            assertThat(topic.valueSubject()).isEqualTo(topic.name() + "-value");
        }
    }

    @Test
    void compactsTablesAndNeverThrowsTheLedgerAway() {
        for (var topic : List.of(catalogue.balances(), catalogue.keys(), catalogue.accounts(), catalogue.routes())) {
            assertThat(topic.config()).as(topic.name()).containsEntry("cleanup.policy", "compact");
        }
        assertThat(catalogue.ledger().config())
                .contains(Map.entry("cleanup.policy", "delete"), Map.entry("retention.ms", "-1"));
    }

    @Test
    void keepsResultsAsLongAsTheOperatorChose() {
        assertThat(catalogue.results().config())
                .contains(Map.entry("retention.ms", "21600000"), Map.entry("cleanup.policy", "delete"));
    }

    @Test
    void boundsTheSizeOfARecordOnEveryTopic() {
        assertThat(catalogue.all())
                .extracting(Topic::config)
                .allMatch(config -> config.containsKey("max.message.bytes"));
        assertThat(catalogue.deadLetterConfig()).containsKeys("max.message.bytes", "retention.ms");
        assertThat(catalogue.deadLetterPartitions()).isEqualTo(1);
    }
}

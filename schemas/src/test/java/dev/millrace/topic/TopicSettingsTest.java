package dev.millrace.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicSettingsTest {
    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void hasTheDocumentedDefaults() {
        assertThat(TopicSettings.DEFAULTS)
                .isEqualTo(new TopicSettings(4, 4, 8, (short) 3, Duration.ofDays(3), List.of("default")));
    }

    @Test
    void changesNothingButTheReplicasForASingleBroker() {
        var settings = new TopicSettings(5, 6, 7, (short) 3, DAY, List.of("a", "b"));
        assertThat(settings.singleReplica()).isEqualTo(new TopicSettings(5, 6, 7, (short) 1, DAY, List.of("a", "b")));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1, 1, topics.account-partitions: must be 1..1024",
        "1025, 1, 1, 1, topics.account-partitions: must be 1..1024",
        "1, 0, 1, 1, topics.results-partitions: must be 1..10000",
        "1, 10001, 1, 1, topics.results-partitions: must be 1..10000",
        "1, 1, -1, 1, topics.dispatch-partitions: must be 1..1024",
        "1, 1, 1025, 1, topics.dispatch-partitions: must be 1..1024",
        "1, 1, 1, 0, topics.replication-factor: must be 1..7",
        "1, 1, 1, 8, topics.replication-factor: must be 1..7"
    })
    void refusesNumbersOutOfRangeByTheirPath(int account, int results, int dispatch, short replicas, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopicSettings(account, results, dispatch, replicas, DAY, List.of("a")))
                .withMessageStartingWith(message);
    }

    @Test
    void refusesARetentionTooShortToResume() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopicSettings(1, 1, 1, (short) 1, Duration.ofMinutes(4), List.of("a")))
                .withMessage("topics.results-retention: must be at least PT5M, got PT4M");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a_b", "-a", "a-", "a--b", "a.b", "a b", "abcdefghijklmnopqrstuvwxyz0123456"})
    void refusesPoolsThatAreNotKebabCase(String pool) {
        assertThat(TopicSettings.isPool(pool)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopicSettings(1, 1, 1, (short) 1, DAY, List.of(pool)))
                .withMessageStartingWith("topics.pools: must be kebab-case")
                .withMessageContaining("'" + pool + "'");
    }

    @Test
    void needsEachPoolOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopicSettings(1, 1, 1, (short) 1, DAY, List.of()))
                .withMessageStartingWith("topics.pools");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopicSettings(1, 1, 1, (short) 1, DAY, List.of("a", "b", "a")))
                .withMessage("topics.pools: names a pool twice: [a, b, a]");
    }
}

package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.avro.CreditBalance;
import dev.millrace.ops.history.History;
import dev.millrace.ops.history.MoneyCheck;
import dev.millrace.ops.history.Verdict;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;

/**
 * Compares what clients were told with what the topics say afterwards: every accepted job has one end, its chunks are whole, and the
 * money adds up.
 */
final class HistoryCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TopicDoor topics;

    HistoryCheck(TopicDoor topics) {
        this.topics = topics;
    }

    /**
     * Waits until every accepted job has an end that readers accept, then checks the records of each.
     *
     * @param accepted account of each job that a client was told is accepted
     */
    Map<String, FoldedJob> requireOneEndEach(Map<String, String> accepted) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(topics.fold(accepted).values())
                        .filteredOn(job -> !job.ended())
                        .extracting(FoldedJob::id)
                        .as("jobs without an end")
                        .isEmpty());
        var jobs = topics.fold(accepted);
        var softly = new SoftAssertions();
        for (var job : jobs.values()) {
            softly.assertThat(job.faults()).as(job.id()).isEmpty();
            softly.assertThat(job.history().acceptedTerminals()).as(job.id()).isEqualTo(1);
        }
        softly.assertAll();
        return jobs;
    }

    /** Waits until settlements, ledger and balances agree with the ends that readers accept. */
    void requireMoneyAddsUp(Collection<FoldedJob> jobs) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            var verdict = new Verdict();
            MoneyCheck.check(history(jobs), verdict);
            assertThat(verdict.violations()).isEmpty();
        });
    }

    private History history(Collection<FoldedJob> jobs) {
        var balances = new HashMap<String, CreditBalance>();
        topics.values(topics.topics().balances()).forEach(balance -> balances.put(balance.getAccount(), balance));
        return new History(
                List.of(),
                jobs.stream().collect(Collectors.toMap(FoldedJob::id, FoldedJob::history)),
                topics.values(topics.topics().settlements()),
                topics.values(topics.topics().ledger()),
                balances,
                List.of(),
                List.of());
    }
}

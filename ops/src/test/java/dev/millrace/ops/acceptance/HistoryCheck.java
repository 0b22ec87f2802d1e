package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.LedgerLine;
import dev.millrace.avro.LedgerTransfer;
import dev.millrace.avro.OperatorLoss;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
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
            softly.assertThat(job.accepted())
                    .as(job.id())
                    .filteredOn(step -> step.record().getTerminal() != null)
                    .hasSize(1);
        }
        softly.assertAll();
        return jobs;
    }

    /** Waits until settlements, ledger and balances agree with the ends that readers accept. */
    void requireMoneyAddsUp(Collection<FoldedJob> jobs) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            var settlements = latestSettlements();
            assertThat(jobs).allSatisfy(job -> {
                assertThat(settlements).containsKey(job.id());
                var settlement = Objects.requireNonNull(settlements.get(job.id()));
                assertThat(settlement.getStatus())
                        .as(job.id())
                        .isEqualTo(job.terminal().getStatus());
                assertThat(settlement.getCostNanos())
                        .as(job.id())
                        .isEqualTo(job.terminal().getCostNanos());
            });
            requireBalances(settlements.values());
        });
        requireLedger();
    }

    private Map<String, JobSettlement> latestSettlements() {
        var latest = new HashMap<String, JobSettlement>();
        for (var settlement : topics.values(topics.topics().settlements())) {
            latest.merge(
                    settlement.getJobId(),
                    settlement,
                    (old, next) -> next.getRevision() > old.getRevision() ? next : old);
        }
        return latest;
    }

    private void requireBalances(Collection<JobSettlement> settlements) {
        var debits = new HashMap<String, Long>();
        var losses = new HashMap<String, Long>();
        for (var settlement : settlements) {
            debits.merge(settlement.getAccount(), settlement.getCostNanos(), Math::addExact);
            long lost = settlement.getLosses().stream()
                    .mapToLong(OperatorLoss::getCostNanos)
                    .sum();
            losses.merge(settlement.getAccount(), lost, Math::addExact);
        }
        var balances = new HashMap<String, CreditBalance>();
        topics.values(topics.topics().balances()).forEach(balance -> balances.put(balance.getAccount(), balance));
        debits.forEach((account, debit) -> {
            assertThat(balances).containsKey(account);
            var balance = Objects.requireNonNull(balances.get(account));
            assertThat(balance.getDebitsPostedNanos())
                    .as("debits of %s", account)
                    .isEqualTo(debit);
            assertThat(balance.getOperatorLossNanos())
                    .as("losses of %s", account)
                    .isEqualTo(losses.get(account));
        });
    }

    private void requireLedger() {
        var ids = new HashSet<String>();
        for (LedgerTransfer transfer : topics.values(topics.topics().ledger())) {
            assertThat(ids.add(transfer.getTransferId()))
                    .as("transfer %s is posted once", transfer.getTransferId())
                    .isTrue();
            long sum = transfer.getLines().stream()
                    .mapToLong(LedgerLine::getAmountNanos)
                    .sum();
            assertThat(sum).as("lines of %s", transfer.getTransferId()).isZero();
        }
    }
}

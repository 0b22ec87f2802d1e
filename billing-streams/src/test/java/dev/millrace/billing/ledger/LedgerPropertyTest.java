package dev.millrace.billing.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Seeds;
import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.LedgerLine;
import dev.millrace.avro.LedgerTransfer;
import dev.millrace.avro.OperatorLoss;
import dev.millrace.billing.ledger.LedgerPosting.AlreadyPosted;
import dev.millrace.billing.ledger.LedgerPosting.Post;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LedgerPropertyTest {
    static LongStream seeds() {
        return Seeds.fresh(200);
    }

    /** A ledger as the topology keeps it. */
    private static final class Ledger {
        private final Map<String, JobSettlement> posted = new HashMap<>();
        private final List<LedgerTransfer> transfers = new ArrayList<>();
        private CreditBalance balance = Balance.empty(Settlements.ACCOUNT);

        void post(JobSettlement next) {
            var last = posted.get(next.getJobId());
            switch (LedgerPosting.decide(last, next, 9)) {
                case AlreadyPosted _ -> {}
                case Post(var made) -> {
                    balance = Balance.after(balance, last, next, made, 9);
                    transfers.addAll(made);
                    posted.put(next.getJobId(), next);
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void ledgerAndBalanceAreWhatTheLastRevisionsSay(long seed) {
        // Given
        var random = new Random(seed);
        var last = new HashMap<String, JobSettlement>();
        var sent = new ArrayList<JobSettlement>();
        for (int i = 0; i < 60; i++) {
            var job = "job-" + random.nextInt(12);
            int revision = last.containsKey(job) ? last.get(job).getRevision() + 1 : 0;
            var settlement = random(random, job, revision);
            last.put(job, settlement);
            sent.add(settlement);
        }
        var ledger = new Ledger();
        // When
        for (var settlement : withDuplicates(random, sent)) {
            ledger.post(settlement);
        }
        // Then
        assertThat(ledger.transfers)
                .allSatisfy(transfer ->
                        assertThat(sum(transfer)).as(transfer.getTransferId()).isZero());
        assertThat(ledger.transfers).extracting(LedgerTransfer::getTransferId).doesNotHaveDuplicates();
        long cost =
                last.values().stream().mapToLong(JobSettlement::getCostNanos).sum();
        long loss = last.values().stream()
                .flatMap(settlement -> settlement.getLosses().stream())
                .mapToLong(OperatorLoss::getCostNanos)
                .sum();
        assertThat(ledger.balance.getDebitsPostedNanos()).isEqualTo(cost);
        assertThat(ledger.balance.getOperatorLossNanos()).isEqualTo(loss);
        assertThat(ledger.balance.getJobs()).isEqualTo(last.size());
        assertThat(ledger.balance.getInputTokens())
                .isEqualTo(last.values().stream()
                        .mapToLong(settlement -> settlement.getUsage().getInputTokens())
                        .sum());
        assertThat(onAccount(ledger.transfers, "account:acme")).isEqualTo(cost);
        assertThat(onAccount(ledger.transfers, "operator:revenue")).isEqualTo(-cost);
        assertThat(onAccount(ledger.transfers, "operator:loss")).isEqualTo(loss);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void revisionsInAnyOrderEndAtTheHighest(long seed) {
        // Given
        var random = new Random(seed);
        var revisions = new ArrayList<JobSettlement>();
        for (int revision = 0; revision < 5; revision++) {
            revisions.add(random(random, "job-1", revision));
        }
        var highest = revisions.getLast();
        Collections.shuffle(revisions, random);
        var ledger = new Ledger();
        // When
        revisions.forEach(ledger::post);
        revisions.forEach(ledger::post);
        // Then
        assertThat(ledger.balance.getDebitsPostedNanos()).isEqualTo(highest.getCostNanos());
        assertThat(ledger.balance.getJobs()).isEqualTo(1);
    }

    private static JobSettlement random(Random random, String job, int revision) {
        var losses = new ArrayList<OperatorLoss>();
        for (int epoch = 0; epoch < random.nextInt(4); epoch++) {
            losses.add(Settlements.loss(1, epoch, random.nextInt(100)));
        }
        return Settlements.settlement(job, revision, random.nextInt(1000))
                .setLosses(losses)
                .build();
    }

    /** The same settlements in order, and every now and then one that was there before. */
    private static List<JobSettlement> withDuplicates(Random random, List<JobSettlement> sent) {
        var all = new ArrayList<JobSettlement>();
        for (int i = 0; i < sent.size(); i++) {
            all.add(sent.get(i));
            if (random.nextBoolean()) {
                all.add(sent.get(random.nextInt(i + 1)));
            }
        }
        return all;
    }

    private static long sum(LedgerTransfer transfer) {
        return transfer.getLines().stream()
                .mapToLong(LedgerLine::getAmountNanos)
                .sum();
    }

    private static long onAccount(List<LedgerTransfer> transfers, String account) {
        return transfers.stream()
                .flatMap(transfer -> transfer.getLines().stream())
                .filter(line -> line.getLedgerAccount().equals(account))
                .mapToLong(LedgerLine::getAmountNanos)
                .sum();
    }
}

package dev.millrace.billing.ledger;

import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.LedgerLine;
import dev.millrace.avro.LedgerTransfer;
import dev.millrace.avro.OperatorLoss;
import dev.millrace.avro.TransferCode;
import dev.millrace.avro.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a settlement posts: the difference to what was posted for the same job before. Pure.
 *
 * <p>The amounts of every transfer sum to zero, and its id is a function of job, revision and purpose, so that the same settlement
 * always posts the same transfers.
 */
public final class LedgerPosting {
    private LedgerPosting() {}

    public sealed interface Decision {}

    /** Transfers to write, possibly none: a job may cost nothing. */
    public record Post(List<LedgerTransfer> transfers) implements Decision {
        public Post {
            transfers = List.copyOf(transfers);
        }
    }

    /** This revision or a higher one was posted before. */
    public record AlreadyPosted() implements Decision {}

    /**
     * Decides about a settlement.
     *
     * @param last settlement of the same job that was posted before, or null
     */
    public static Decision decide(@Nullable JobSettlement last, JobSettlement next, long nowMillis) {
        if (last != null && last.getRevision() >= next.getRevision()) {
            return new AlreadyPosted();
        }
        var transfers = new ArrayList<LedgerTransfer>();
        addUsage(transfers, last, next, nowMillis);
        addLosses(transfers, last, next, nowMillis);
        return new Post(transfers);
    }

    private static void addUsage(
            List<LedgerTransfer> transfers, @Nullable JobSettlement last, JobSettlement next, long nowMillis) {
        long costNanos = Math.subtractExact(next.getCostNanos(), last == null ? 0 : last.getCostNanos());
        var before = last == null ? null : last.getUsage();
        var usage = next.getUsage();
        long inputTokens = tokens(input(usage)) - tokens(input(before));
        long outputTokens = tokens(output(usage)) - tokens(output(before));
        if (costNanos == 0 && inputTokens == 0 && outputTokens == 0) {
            return;
        }
        var code = last == null ? TransferCode.USAGE : TransferCode.CORRECTION;
        transfers.add(transfer(next, code, "usage", nowMillis)
                .setLines(lines(LedgerAccounts.tenant(next.getAccount()), LedgerAccounts.REVENUE, costNanos))
                .setProvider(next.getProvider())
                .setModel(next.getModel())
                .setInputTokens(inputTokens)
                .setOutputTokens(outputTokens)
                .setEstimated(usage != null && usage.getEstimated())
                .build());
    }

    private static void addLosses(
            List<LedgerTransfer> transfers, @Nullable JobSettlement last, JobSettlement next, long nowMillis) {
        var before = byExecution(last);
        var now = byExecution(next);
        var executions = new TreeSet<>(before.keySet());
        executions.addAll(now.keySet());
        for (var execution : executions) {
            var loss = now.getOrDefault(execution, before.get(execution));
            long costNanos = Math.subtractExact(cost(now.get(execution)), cost(before.get(execution)));
            if (loss != null && costNanos != 0) {
                transfers.add(transfer(next, TransferCode.OPERATOR_LOSS, "loss-" + execution, nowMillis)
                        .setLines(lines(LedgerAccounts.LOSS, LedgerAccounts.VENDORS, costNanos))
                        .setProvider(loss.getProvider())
                        .setModel(loss.getModel())
                        .build());
            }
        }
    }

    private static Map<String, OperatorLoss> byExecution(@Nullable JobSettlement settlement) {
        var losses = new LinkedHashMap<String, OperatorLoss>();
        if (settlement != null) {
            for (var loss : settlement.getLosses()) {
                losses.put(loss.getAttempt() + "-" + loss.getEpoch(), loss);
            }
        }
        return losses;
    }

    private static LedgerTransfer.Builder transfer(
            JobSettlement settlement, TransferCode code, String purpose, long nowMillis) {
        var id = settlement.getAccount() + "/" + settlement.getJobId() + "/" + settlement.getRevision() + "/" + purpose;
        return LedgerTransfer.newBuilder()
                .setTransferId(id)
                .setAccount(settlement.getAccount())
                .setJobId(settlement.getJobId())
                .setCode(code)
                .setPostedAtMillis(nowMillis);
    }

    private static List<LedgerLine> lines(String debited, String credited, long nanos) {
        return List.of(line(debited, nanos), line(credited, Math.negateExact(nanos)));
    }

    private static LedgerLine line(String ledgerAccount, long nanos) {
        return LedgerLine.newBuilder()
                .setLedgerAccount(ledgerAccount)
                .setAmountNanos(nanos)
                .build();
    }

    private static long cost(@Nullable OperatorLoss loss) {
        return loss == null ? 0 : loss.getCostNanos();
    }

    private static long input(@Nullable Usage usage) {
        return usage == null ? 0 : usage.getInputTokens();
    }

    private static long output(@Nullable Usage usage) {
        return usage == null ? 0 : usage.getOutputTokens();
    }

    private static long tokens(long count) {
        return Math.max(0, count);
    }
}

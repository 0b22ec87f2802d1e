package dev.millrace.ops.history;

import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.LedgerLine;
import dev.millrace.avro.LedgerTransfer;
import dev.millrace.avro.OperatorLoss;
import dev.millrace.avro.TransferCode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Whether settlements, ledger and balances agree with each other and with the ends of the jobs. Pure. */
public final class MoneyCheck {
    private static final String TENANT = "account:";

    private MoneyCheck() {}

    /** The settlement of each job that counts: the highest revision. */
    public static Map<String, JobSettlement> latest(List<JobSettlement> settlements) {
        var latest = new HashMap<String, JobSettlement>();
        for (var settlement : settlements) {
            latest.merge(
                    settlement.getJobId(),
                    settlement,
                    (old, next) -> next.getRevision() > old.getRevision() ? next : old);
        }
        return latest;
    }

    /** Looks at all of it. */
    public static void check(History history, Verdict verdict) {
        var latest = latest(history.settlements());
        verdict.add(
                "settlement revisions beyond the first", history.settlements().size() - latest.size());
        settlements(history, latest, verdict);
        revisions(history.settlements(), verdict);
        ledger(history.ledger(), latest, verdict);
        history.undecodable().forEach(record -> verdict.require(Promise.LEDGER, false, "", record));
        balances(history, latest, verdict);
    }

    private static void settlements(History history, Map<String, JobSettlement> latest, Verdict verdict) {
        for (var job : history.jobs().values()) {
            var end = job.end().orElse(null);
            if (end == null) {
                continue;
            }
            var settlement = latest.get(job.id());
            if (settlement == null) {
                verdict.require(Promise.ONE_SETTLEMENT, false, job.id(), "ended " + end.getStatus() + ", not settled");
                continue;
            }
            boolean agrees = settlement.getStatus() == end.getStatus()
                    && settlement.getCostNanos() == end.getCostNanos()
                    && settlement.getAccount().equals(job.account());
            verdict.require(
                    Promise.ONE_SETTLEMENT,
                    agrees,
                    job.id(),
                    "ended " + end.getStatus() + " at " + end.getCostNanos() + " n$, settled " + settlement.getStatus()
                            + " at " + settlement.getCostNanos() + " for " + settlement.getAccount());
        }
        long orphans = latest.keySet().stream()
                .filter(id -> !history.jobs().containsKey(id)
                        || !history.jobs().get(id).ended())
                .count();
        verdict.add("settlements of jobs without an end", orphans);
    }

    private static void revisions(List<JobSettlement> settlements, Verdict verdict) {
        var seen = new HashSet<String>();
        for (var settlement : settlements) {
            var revision = settlement.getJobId() + "/" + settlement.getRevision();
            verdict.require(
                    Promise.ONE_SETTLEMENT,
                    seen.add(revision),
                    settlement.getJobId(),
                    "revision " + settlement.getRevision() + " is on the topic twice");
        }
    }

    private static void ledger(List<LedgerTransfer> ledger, Map<String, JobSettlement> latest, Verdict verdict) {
        var ids = new HashSet<String>();
        var usages = new HashMap<String, Integer>();
        var debits = new HashMap<String, Long>();
        var debtors = new HashMap<String, Set<String>>();
        for (var transfer : ledger) {
            var job = transfer.getJobId() == null ? "" : transfer.getJobId();
            long sum = transfer.getLines().stream()
                    .mapToLong(LedgerLine::getAmountNanos)
                    .sum();
            verdict.require(
                    Promise.LEDGER,
                    ids.add(transfer.getTransferId()) && sum == 0,
                    job,
                    "transfer " + transfer.getTransferId() + " sums to " + sum + ", or is posted twice");
            if (transfer.getCode() == TransferCode.USAGE) {
                usages.merge(job, 1, Math::addExact);
            }
            for (var line : transfer.getLines()) {
                if (line.getLedgerAccount().startsWith(TENANT)) {
                    debits.merge(job, line.getAmountNanos(), Math::addExact);
                    debtors.computeIfAbsent(job, _ -> new TreeSet<>())
                            .add(line.getLedgerAccount().substring(TENANT.length()));
                }
            }
        }
        latest.forEach((job, settlement) -> verdict.require(
                Promise.NO_DOUBLE_BILL,
                usages.getOrDefault(job, 0) <= 1
                        && debits.getOrDefault(job, 0L) == settlement.getCostNanos()
                        && Set.of(settlement.getAccount()).containsAll(debtors.getOrDefault(job, Set.of())),
                job,
                "billed " + usages.getOrDefault(job, 0) + " times, " + debits.getOrDefault(job, 0L) + " n$ in all to "
                        + debtors.getOrDefault(job, Set.of()) + ", settled at " + settlement.getCostNanos() + " for "
                        + settlement.getAccount()));
        debits.keySet().stream()
                .filter(job -> !latest.containsKey(job))
                .forEach(job -> verdict.require(Promise.NO_DOUBLE_BILL, false, job, "billed, but never settled"));
    }

    private static void balances(History history, Map<String, JobSettlement> latest, Verdict verdict) {
        var debits = new HashMap<String, Long>();
        var losses = new HashMap<String, Long>();
        for (var settlement : latest.values()) {
            debits.merge(settlement.getAccount(), settlement.getCostNanos(), Math::addExact);
            long lost = settlement.getLosses().stream()
                    .mapToLong(OperatorLoss::getCostNanos)
                    .sum();
            losses.merge(settlement.getAccount(), lost, Math::addExact);
        }
        var accounts = new TreeSet<>(debits.keySet());
        accounts.addAll(history.balances().keySet());
        accounts.forEach(account -> {
            long debit = debits.getOrDefault(account, 0L);
            var balance = history.balances().get(account);
            long posted = balance == null ? 0 : balance.getDebitsPostedNanos();
            long lost = balance == null ? 0 : balance.getOperatorLossNanos();
            verdict.require(
                    Promise.BALANCES,
                    posted == debit && lost == losses.getOrDefault(account, 0L),
                    account,
                    "debits " + posted + " where settlements say " + debit + ", losses " + lost + " where they say "
                            + losses.getOrDefault(account, 0L));
        });
    }
}

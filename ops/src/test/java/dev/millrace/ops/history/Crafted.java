package dev.millrace.ops.history;

import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.LedgerLine;
import dev.millrace.avro.LedgerTransfer;
import dev.millrace.avro.OperatorLoss;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TransferCode;
import dev.millrace.avro.Usage;
import dev.millrace.avro.VerdictKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A history in which one job of account {@code a} said "one two" for 5 tokens in and 2 out at 9 nano-dollars; tests break it. */
final class Crafted {
    static final String JOB = "job-1";
    static final String ACCOUNT = "a";
    static final String TEXT = "one two";
    static final long COST = 9;
    static final Expectation EXPECTED = new Expectation(JOB, ACCOUNT, "m", TEXT, "completed");

    final List<Submit> submits = new ArrayList<>(List.of(new Submit(JOB, ACCOUNT, "key")));
    final Map<String, FoldedJob> jobs = new HashMap<>();
    final List<JobSettlement> settlements = new ArrayList<>();
    final List<LedgerTransfer> ledger = new ArrayList<>();
    final Map<String, CreditBalance> balances = new HashMap<>();
    final List<String> undecodable = new ArrayList<>();
    final List<VendorCall> invoice = new ArrayList<>();
    final List<Expectation> expected = new ArrayList<>(List.of(EXPECTED));

    static Crafted sound() {
        var history = new Crafted();
        history.record(result(1, 0, "one ", null));
        history.record(result(1, 1, "two", null));
        history.record(result(1, 2, "", JobStatus.COMPLETED));
        history.settlements.add(settlement(0, JobStatus.COMPLETED, COST));
        history.ledger.add(transfer("t-1", COST, -COST));
        history.balance(COST, 0);
        history.invoice.add(new VendorCall(1, "m", true, true, 5, 2, 2));
        return history;
    }

    void record(InferenceResult result) {
        jobs.computeIfAbsent(JOB, id -> new FoldedJob(id, ACCOUNT)).add(result);
    }

    void balance(long debits, long losses) {
        balances.put(
                ACCOUNT,
                CreditBalance.newBuilder()
                        .setAccount(ACCOUNT)
                        .setDebitsPostedNanos(debits)
                        .setOperatorLossNanos(losses)
                        .build());
    }

    static InferenceResult result(int epoch, long seq, String text, @Nullable JobStatus end) {
        var record = InferenceResult.newBuilder()
                .setJobId(JOB)
                .setAccount(ACCOUNT)
                .setAttempt(1)
                .setEpoch(epoch)
                .setSeq(seq)
                .setCreatedAtMillis(1);
        if (!text.isEmpty()) {
            var delta = Delta.newBuilder()
                    .setContent(TextDelta.newBuilder().setText(text).build())
                    .build();
            record.setDeltas(List.of(delta));
        }
        if (end != null) {
            record.setTerminal(
                    Terminal.newBuilder().setStatus(end).setCostNanos(COST).build());
        }
        return record.build();
    }

    /** The record that tells a submit under a known key which job is its. */
    static InferenceResult answer(String jobId) {
        return InferenceResult.newBuilder(result(0, 0, "", null))
                .setJobId(jobId)
                .setVerdict(dev.millrace.avro.Verdict.newBuilder()
                        .setKind(VerdictKind.DUPLICATE)
                        .setOriginalJobId(JOB)
                        .build())
                .build();
    }

    static JobSettlement settlement(int revision, JobStatus status, long costNanos, OperatorLoss... losses) {
        return JobSettlement.newBuilder()
                .setJobId(JOB)
                .setAccount(ACCOUNT)
                .setRevision(revision)
                .setStatus(status)
                .setCostNanos(costNanos)
                .setUsage(usage(5, 2))
                .setLosses(List.of(losses))
                .setSettledAtMillis(1)
                .build();
    }

    static Usage usage(long input, long output) {
        return Usage.newBuilder().setInputTokens(input).setOutputTokens(output).build();
    }

    static OperatorLoss loss(long costNanos) {
        return OperatorLoss.newBuilder()
                .setAttempt(1)
                .setEpoch(2)
                .setProvider("bench")
                .setModel("m")
                .setUsage(usage(5, 2))
                .setCostNanos(costNanos)
                .setReason("second execution")
                .build();
    }

    static LedgerTransfer transfer(String id, long debit, long credit) {
        return LedgerTransfer.newBuilder()
                .setTransferId(id)
                .setAccount(ACCOUNT)
                .setJobId(JOB)
                .setCode(TransferCode.USAGE)
                .setLines(List.of(
                        LedgerLine.newBuilder()
                                .setLedgerAccount("account:" + ACCOUNT)
                                .setAmountNanos(debit)
                                .build(),
                        LedgerLine.newBuilder()
                                .setLedgerAccount("operator:revenue")
                                .setAmountNanos(credit)
                                .build()))
                .setPostedAtMillis(1)
                .build();
    }

    Verdict verdict() {
        var history = new History(submits, jobs, settlements, ledger, balances, undecodable, invoice);
        var verdict = new Verdict();
        JobCheck.check(history, expected, verdict);
        MoneyCheck.check(history, verdict);
        InvoiceCheck.check(history, expected, new InvoiceCheck.Prices(1, 2), verdict);
        return verdict;
    }

    Set<Promise> broken() {
        return verdict().violations().stream().map(Violation::promise).collect(Collectors.toSet());
    }
}

package dev.millrace.ops.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.LedgerTransfer;
import dev.millrace.avro.TransferCode;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Each kind of violation, put into a history that is sound without it. */
final class HistoryCheckTest {
    private final Crafted history = Crafted.sound();

    @Test
    void findsNothingInASoundHistory() {
        var verdict = history.verdict();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.looked()).containsKeys(Promise.ONE_END, Promise.LEDGER, Promise.BALANCES, Promise.INVOICE);
    }

    @Test
    void findsAnAcceptedJobThatIsNotOnTheLog() {
        history.expected.add(new Expectation("job-2", Crafted.ACCOUNT, "m2", "x", ""));
        assertThat(history.broken()).containsExactly(Promise.ONE_END);
    }

    @Test
    void findsAnAcceptedJobWithoutAnEnd() {
        history.jobs.clear();
        history.record(Crafted.result(1, 0, "one ", null));
        assertThat(history.broken()).contains(Promise.ONE_END);
    }

    @Test
    void findsARequestThatNothingCameOf() {
        history.submits.add(new Submit("job-2", Crafted.ACCOUNT, ""));
        assertThat(history.broken()).containsExactly(Promise.ONE_END);
    }

    @Test
    void findsAnotherEndThanAClientWasTold() {
        history.expected.set(0, new Expectation(Crafted.JOB, Crafted.ACCOUNT, "m", Crafted.TEXT, "failed"));
        assertThat(history.broken()).containsExactly(Promise.SEEN_END);
    }

    @Test
    void findsASubmitThatBecameTwoJobs() {
        history.submits.add(new Submit("job-2", Crafted.ACCOUNT, "key"));
        assertThat(history.broken()).contains(Promise.ONE_JOB);
    }

    @Test
    void allowsASubmitThatWasAnsweredWithAnotherJob() {
        history.submits.add(new Submit("job-2", Crafted.ACCOUNT, "key"));
        var answered = new FoldedJob("job-2", Crafted.ACCOUNT);
        answered.add(Crafted.answer("job-2"));
        history.jobs.put("job-2", answered);
        assertThat(history.broken()).isEmpty();
    }

    @Test
    void findsAJobThatIsSettledForAnotherAccount() {
        history.settlements.set(
                0,
                JobSettlement.newBuilder(Crafted.settlement(0, JobStatus.COMPLETED, Crafted.COST))
                        .setAccount("b")
                        .build());
        assertThat(history.broken())
                .containsExactlyInAnyOrder(Promise.ONE_SETTLEMENT, Promise.NO_DOUBLE_BILL, Promise.BALANCES);
    }

    @Test
    void findsABalanceOfAnAccountThatHadNoJob() {
        var stray = CreditBalance.newBuilder()
                .setAccount("b")
                .setDebitsPostedNanos(1)
                .setOperatorLossNanos(0)
                .build();
        history.balances.put("b", stray);
        assertThat(history.broken()).containsExactly(Promise.BALANCES);
    }

    @Test
    void findsARecordAboutMoneyThatCannotBeRead() {
        history.undecodable.add("credit-ledger-0 offset 7: magic byte");
        assertThat(history.broken()).containsExactly(Promise.LEDGER);
    }

    @Test
    void findsABillAtAnotherPrice() {
        history.settlements.set(0, Crafted.settlement(0, JobStatus.COMPLETED, Crafted.COST + 1));
        assertThat(history.broken()).contains(Promise.INVOICE);
    }

    @Test
    void findsAGap() {
        history.jobs.clear();
        history.record(Crafted.result(1, 0, "one ", null));
        history.record(Crafted.result(1, 2, "", JobStatus.COMPLETED));
        assertThat(history.broken()).contains(Promise.NO_GAP);
    }

    @Test
    void findsARecordThatCannotBeRead() {
        Objects.requireNonNull(history.jobs.get(Crafted.JOB)).addUndecodable("magic byte");
        assertThat(history.broken()).containsExactly(Promise.NO_GAP);
    }

    @Test
    void findsACompletedJobWithHalfTheText() {
        history.jobs.clear();
        history.record(Crafted.result(1, 0, "one ", null));
        history.record(Crafted.result(1, 1, "", JobStatus.COMPLETED));
        assertThat(history.broken()).containsExactly(Promise.WHOLE_TEXT);
    }

    @Test
    void findsARepeatedText() {
        history.jobs.clear();
        history.record(Crafted.result(1, 0, "one one ", null));
        history.record(Crafted.result(1, 1, "", JobStatus.INCOMPLETE));
        assertThat(history.broken()).contains(Promise.WHOLE_TEXT);
    }

    /** A stale execution is no violation: readers drop it. */
    @Test
    void countsASecondTerminalThatReadersIgnore() {
        history.record(Crafted.result(2, 0, "", JobStatus.FAILED));
        var verdict = history.verdict();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.figures()).containsEntry("second terminals that readers ignore", 1L);
    }

    @Test
    void findsAnEndThatWasNotSettled() {
        history.settlements.clear();
        history.ledger.clear();
        history.balances.clear();
        assertThat(history.broken()).containsExactly(Promise.ONE_SETTLEMENT);
    }

    @Test
    void findsASettlementOfAnotherStatus() {
        history.settlements.clear();
        history.settlements.add(Crafted.settlement(0, JobStatus.FAILED, Crafted.COST));
        assertThat(history.broken()).contains(Promise.ONE_SETTLEMENT);
    }

    @Test
    void findsASettlementThatIsThereTwice() {
        history.settlements.add(Crafted.settlement(0, JobStatus.COMPLETED, Crafted.COST));
        assertThat(history.broken()).containsExactly(Promise.ONE_SETTLEMENT);
    }

    @Test
    void takesTheHighestRevision() {
        history.settlements.addFirst(Crafted.settlement(1, JobStatus.COMPLETED, Crafted.COST, Crafted.loss(4)));
        history.balance(Crafted.COST, 4);
        assertThat(history.broken()).isEmpty();
    }

    @Test
    void findsATransferThatIsPostedTwice() {
        history.ledger.add(history.ledger.getFirst());
        assertThat(history.broken()).contains(Promise.LEDGER, Promise.NO_DOUBLE_BILL);
    }

    @Test
    void findsATransferThatDoesNotSumToZero() {
        history.ledger.set(0, Crafted.transfer("t-1", Crafted.COST, -Crafted.COST + 1));
        assertThat(history.broken()).containsExactly(Promise.LEDGER);
    }

    @Test
    void findsAJobThatIsBilledTwice() {
        history.ledger.add(Crafted.transfer("t-2", Crafted.COST, -Crafted.COST));
        assertThat(history.broken()).containsExactly(Promise.NO_DOUBLE_BILL);
    }

    @Test
    void findsABillWithoutASettlement() {
        var stray = LedgerTransfer.newBuilder(Crafted.transfer("t-9", 1, -1))
                .setJobId("job-9")
                .build();
        history.ledger.add(stray);
        assertThat(history.broken()).containsExactly(Promise.NO_DOUBLE_BILL);
    }

    @Test
    void allowsACorrectionThatEndsAtTheSettledCost() {
        var first = Crafted.transfer("t-1", Crafted.COST + 3, -Crafted.COST - 3);
        var correction = LedgerTransfer.newBuilder(Crafted.transfer("t-2", -3, 3))
                .setCode(TransferCode.CORRECTION)
                .build();
        history.ledger.set(0, first);
        history.ledger.add(correction);
        assertThat(history.broken()).isEmpty();
    }

    @Test
    void findsABalanceThatIsNotTheSum() {
        history.balance(Crafted.COST + 1, 0);
        assertThat(history.broken()).containsExactly(Promise.BALANCES);
    }

    @Test
    void findsALossThatIsNotInTheBalance() {
        history.settlements.set(0, Crafted.settlement(0, JobStatus.COMPLETED, Crafted.COST, Crafted.loss(4)));
        assertThat(history.broken()).containsExactly(Promise.BALANCES);
    }

    @Test
    void findsABillThatIsNotOnTheInvoice() {
        history.invoice.clear();
        assertThat(history.broken()).containsExactly(Promise.INVOICE);
    }

    @Test
    void findsABillOverOtherTokensThanTheInvoiceHas() {
        history.invoice.set(0, new VendorCall(1, "m", true, true, 5, 3, 3));
        assertThat(history.broken()).containsExactly(Promise.INVOICE);
    }

    @Test
    void listsACallThatTheVendorChargedAndNobodyBooked() {
        history.invoice.add(new VendorCall(2, "m", true, true, 5, 2, 2));
        var verdict = history.verdict();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.figures())
                .containsEntry("whole calls charged and booked to nobody", 1L)
                .containsEntry("output tokens charged and booked to nobody", 2L);
    }

    @Test
    void seesACallThatIsBookedAsALoss() {
        history.invoice.add(new VendorCall(2, "m", true, true, 5, 2, 2));
        history.settlements.set(0, Crafted.settlement(0, JobStatus.COMPLETED, Crafted.COST, Crafted.loss(4)));
        history.balance(Crafted.COST, 4);
        var verdict = history.verdict();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.figures())
                .containsEntry("whole calls charged and booked to nobody", 0L)
                .containsEntry("whole calls booked as operator's loss", 1L);
    }
}

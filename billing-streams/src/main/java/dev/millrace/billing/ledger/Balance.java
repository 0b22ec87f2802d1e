package dev.millrace.billing.ledger;

import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.LedgerTransfer;
import dev.millrace.avro.Usage;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** An account's posted totals. Pure. */
public final class Balance {
    private Balance() {}

    /** The balance of an account on which nothing was posted. */
    public static CreditBalance empty(String account) {
        return CreditBalance.newBuilder().setAccount(account).build();
    }

    /**
     * The balance after a settlement was posted.
     *
     * @param transfers what {@link LedgerPosting#decide} made of it
     */
    public static CreditBalance after(
            CreditBalance balance,
            @Nullable JobSettlement last,
            JobSettlement next,
            List<LedgerTransfer> transfers,
            long nowMillis) {
        var before = last == null ? null : last.getUsage();
        var usage = next.getUsage();
        return CreditBalance.newBuilder(balance)
                .setDebitsPostedNanos(Math.addExact(
                        balance.getDebitsPostedNanos(), posted(transfers, LedgerAccounts.tenant(balance.getAccount()))))
                .setOperatorLossNanos(
                        Math.addExact(balance.getOperatorLossNanos(), posted(transfers, LedgerAccounts.LOSS)))
                .setJobs(balance.getJobs() + (last == null ? 1 : 0))
                .setInputTokens(balance.getInputTokens() + change(before, usage, Usage::getInputTokens))
                .setOutputTokens(balance.getOutputTokens() + change(before, usage, Usage::getOutputTokens))
                .setCachedInputTokens(
                        balance.getCachedInputTokens() + change(before, usage, Usage::getCachedInputTokens))
                .setReasoningTokens(balance.getReasoningTokens() + change(before, usage, Usage::getReasoningTokens))
                .setEstimatedJobs(balance.getEstimatedJobs() + estimated(usage) - estimated(before))
                .setVersion(balance.getVersion() + Math.max(1, transfers.size()))
                .setUpdatedAtMillis(nowMillis)
                .build();
    }

    private static long posted(List<LedgerTransfer> transfers, String ledgerAccount) {
        return transfers.stream()
                .flatMap(transfer -> transfer.getLines().stream())
                .filter(line -> line.getLedgerAccount().equals(ledgerAccount))
                .mapToLong(line -> line.getAmountNanos())
                .sum();
    }

    private static long change(@Nullable Usage before, @Nullable Usage after, ToLongFunction<Usage> count) {
        return known(after, count) - known(before, count);
    }

    private static long known(@Nullable Usage usage, ToLongFunction<Usage> count) {
        return usage == null ? 0 : Math.max(0, count.applyAsLong(usage));
    }

    private static long estimated(@Nullable Usage usage) {
        return usage != null && usage.getEstimated() ? 1 : 0;
    }
}

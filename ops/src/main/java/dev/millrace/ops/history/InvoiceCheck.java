package dev.millrace.ops.history;

import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Usage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether what tenants were billed is what the vendor charged. Pure.
 *
 * <p>Of the calls of one job the vendor charges those whose reply went out whole. One of them is the one that the tenant pays for; each other
 * must be an operator's loss in the settlement, or is listed as charged and booked to nobody. What is billed of a reply that broke off is
 * an estimate, whose tokens must not be more than the bytes that went out; otherwise it is the vendor's figure, and not more than that.
 */
public final class InvoiceCheck {
    /** Of a mock vendor's token, which is a word or a delta. */
    private static final int MOST_BYTES_PER_TOKEN = 8;

    private InvoiceCheck() {}

    /** What the vendor takes for a token. */
    public record Prices(long inputNanos, long outputNanos) {
        long of(Usage usage) {
            return Math.addExact(
                    Math.multiplyExact(inputNanos, usage.getInputTokens()),
                    Math.multiplyExact(outputNanos, usage.getOutputTokens()));
        }
    }

    /** Looks at every accepted job. */
    public static void check(History history, Collection<Expectation> accepted, Prices prices, Verdict verdict) {
        var latest = MoneyCheck.latest(history.settlements());
        var calls = new HashMap<String, List<VendorCall>>();
        history.invoice()
                .forEach(call -> calls.computeIfAbsent(call.marker(), _ -> new ArrayList<>())
                        .add(call));
        for (var expected : accepted) {
            var settlement = latest.get(expected.jobId());
            if (settlement == null) {
                continue;
            }
            var own = calls.getOrDefault(expected.marker(), List.of());
            var whole = own.stream().filter(VendorCall::whole).toList();
            var usage = settlement.getUsage();
            boolean estimated = usage != null && usage.getEstimated();
            if (usage != null && settlement.getCostNanos() > 0) {
                verdict.require(
                        Promise.INVOICE,
                        settlement.getCostNanos() == prices.of(usage),
                        expected.jobId(),
                        "billed " + settlement.getCostNanos() + " n$, " + tokens(usage) + " are " + prices.of(usage));
            }
            if (settlement.getStatus() == JobStatus.COMPLETED && !estimated) {
                verdict.require(
                        Promise.INVOICE,
                        usage != null && whole.stream().anyMatch(call -> same(usage, call)),
                        expected.jobId(),
                        "billed " + tokens(usage) + ", the vendor charged " + whole);
            } else {
                broken(expected, usage, settlement.getCostNanos(), own, verdict);
            }
            int billed = settlement.getCostNanos() > 0 && !estimated ? 1 : 0;
            long lost = settlement.getLosses().stream()
                    .filter(loss -> loss.getUsage() != null && !loss.getUsage().getEstimated())
                    .count();
            verdict.add("vendor's whole calls", whole.size());
            verdict.add("whole calls that tenants paid", Math.min(billed, whole.size()));
            verdict.add("whole calls booked as operator's loss", lost);
            var unbooked = whole.stream().skip(billed + lost).toList();
            verdict.add("whole calls charged and booked to nobody", unbooked.size());
            verdict.add(
                    "output tokens charged and booked to nobody",
                    unbooked.stream().mapToLong(VendorCall::outputTokens).sum());
        }
        verdict.add("vendor's calls", history.invoice().size());
    }

    private static void broken(
            Expectation expected, @Nullable Usage usage, long costNanos, List<VendorCall> own, Verdict verdict) {
        if (costNanos == 0) {
            return;
        }
        verdict.add("jobs billed by an estimate", 1);
        long most = own.stream()
                .mapToLong(call -> Math.max(call.sentTokens(), call.outputTokens()))
                .max()
                .orElse(0);
        verdict.require(
                Promise.INVOICE,
                own.stream().anyMatch(VendorCall::answered)
                        && usage != null
                        && usage.getOutputTokens() <= (usage.getEstimated() ? most * MOST_BYTES_PER_TOKEN : most),
                expected.jobId(),
                "billed " + costNanos + " n$ for " + tokens(usage) + ", the vendor's calls were " + own);
    }

    private static boolean same(Usage usage, VendorCall call) {
        return usage.getInputTokens() == call.inputTokens() && usage.getOutputTokens() == call.outputTokens();
    }

    private static String tokens(@Nullable Usage usage) {
        return usage == null
                ? "nothing"
                : usage.getInputTokens() + "+" + usage.getOutputTokens()
                        + (usage.getEstimated() ? " tokens (estimated)" : " tokens");
    }
}

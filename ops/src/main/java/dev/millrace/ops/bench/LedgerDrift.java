package dev.millrace.ops.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.access.Secret;
import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.Invoiced;
import dev.millrace.ops.bench.arm.Pause;
import dev.millrace.ops.bench.report.Spread;
import dev.millrace.ops.client.MillraceClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Tokens and dollars that Millrace settled against what the vendor would charge, over all calls of the run but those of the search for
 * {@link OpenStreams#MOST}, which are on an account of their own: the last of them are meant to fail. Every other figure of the arm hangs
 * on it.
 */
final class LedgerDrift {
    static final String TOKENS = "ledger.drift";

    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(20);
    private static final int INPUT_NANOS = 1_000;
    private static final int OUTPUT_NANOS = 2_000;

    private final Setting setting;

    LedgerDrift(Setting setting) {
        this.setting = setting;
    }

    void measure() {
        setting.millraces().forEach(this::measure);
    }

    private void measure(Arm arm) {
        var bearer = Objects.requireNonNull(arm.target().headers().get("authorization"));
        try (var client = new MillraceClient(arm.target().base(), new Secret(bearer.substring("Bearer ".length())))) {
            long deadlineNanos = System.nanoTime() + SETTLES_WITHIN.toNanos();
            var invoice = setting.vendor().invoice().of(arm.name() + "/");
            var credits = client.get("/v1/credits").body();
            while (!differences(credits, invoice).isEmpty() && System.nanoTime() - deadlineNanos < 0) {
                Pause.millis(100);
                invoice = setting.vendor().invoice().of(arm.name() + "/");
                credits = client.get("/v1/credits").body();
            }
            long drift = Math.abs(credits.path("input_tokens").asLong() - invoice.inputTokens())
                    + Math.abs(credits.path("output_tokens").asLong() - invoice.outputTokens());
            setting.add(TOKENS, arm, "tokens", Spread.single((double) drift), invoice.whole(), List.of());
            var differences = differences(credits, invoice);
            if (!differences.isEmpty()) {
                setting.board().condemn(arm.name(), String.join("; ", differences));
            }
        }
    }

    private static List<String> differences(JsonNode credits, Invoiced.Sum invoice) {
        var differences = new ArrayList<String>();
        differ("input tokens", credits.path("input_tokens").asLong(), invoice.inputTokens(), differences);
        differ("output tokens", credits.path("output_tokens").asLong(), invoice.outputTokens(), differences);
        differ("jobs", credits.path("jobs").asLong(), invoice.whole(), differences);
        long nanos = INPUT_NANOS * invoice.inputTokens() + OUTPUT_NANOS * invoice.outputTokens();
        differ("nano-dollars", credits.path("debits_posted_nanos").asLong(), nanos, differences);
        if (invoice.broken() > 0) {
            differences.add(invoice.broken() + " calls broke off at the vendor, which its invoice does not charge");
        }
        return differences;
    }

    private static void differ(String what, long ledger, long invoice, List<String> differences) {
        if (ledger != invoice) {
            differences.add("ledger has " + ledger + " " + what + ", the invoice " + invoice);
        }
    }
}

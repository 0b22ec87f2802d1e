package dev.millrace.billing.ledger;

import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OperatorLoss;
import dev.millrace.avro.Usage;

/** Settlements to test with. */
public final class Settlements {
    public static final String ACCOUNT = "acme";

    private Settlements() {}

    public static JobSettlement.Builder settlement(String jobId, int revision, long costNanos) {
        return JobSettlement.newBuilder()
                .setJobId(jobId)
                .setAccount(ACCOUNT)
                .setRevision(revision)
                .setStatus(JobStatus.COMPLETED)
                .setProvider("alpha")
                .setModel("alpha/large")
                .setAttempts(1)
                .setUsage(usage(costNanos, 2 * costNanos))
                .setCostNanos(costNanos)
                .setSettledAtMillis(1);
    }

    public static Usage usage(long input, long output) {
        return Usage.newBuilder().setInputTokens(input).setOutputTokens(output).build();
    }

    public static OperatorLoss loss(int attempt, int epoch, long costNanos) {
        return OperatorLoss.newBuilder()
                .setAttempt(attempt)
                .setEpoch(epoch)
                .setProvider("beta")
                .setModel("beta/large")
                .setCostNanos(costNanos)
                .setReason("TRUNCATED")
                .build();
    }
}

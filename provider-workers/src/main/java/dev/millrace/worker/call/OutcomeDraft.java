package dev.millrace.worker.call;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.AttemptOutcome;
import dev.millrace.worker.intake.Work;
import org.jspecify.annotations.Nullable;

/**
 * What an execution has to report, before it is known whether readers accept its terminal.
 *
 * @param terminalOffset where the terminal lies; null when it wrote none
 */
record OutcomeDraft(
        Ending ending,
        @Nullable Long terminalOffset,
        boolean contentDelivered,
        long startedAtMillis,
        @Nullable Long firstTokenAtMillis) {

    AttemptOutcome outcome(Work work, AttemptOrder order, String workerId, boolean logChecked, long endedAtMillis) {
        return AttemptOutcome.newBuilder()
                .setJobId(work.dispatch().getJobId())
                .setAccount(work.dispatch().getAccount())
                .setAttempt(work.dispatch().getAttempt())
                .setEpoch(work.epoch())
                .setWorker(workerId)
                .setProvider(order.getProvider())
                .setModel(order.getModel())
                .setKind(ending.kind())
                .setRetryAfterMillis(ending.retryAfterMillis())
                .setError(ending.error())
                .setUsage(ending.usage())
                .setContentDelivered(contentDelivered)
                .setTerminal(ending.terminal())
                .setTerminalOffset(terminalOffset)
                .setLogChecked(logChecked)
                .setStartedAtMillis(startedAtMillis)
                .setFirstTokenAtMillis(firstTokenAtMillis)
                .setEndedAtMillis(endedAtMillis)
                .build();
    }
}

package dev.millrace.router;

import static dev.millrace.router.Samples.usage;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Prices;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Workers and their log: every order is carried out some time, sometimes twice, with any outcome, and the first end on the log is the
 * end.
 */
final class FakeWorkers {
    private final Random random;
    private final List<InferenceDispatch> inHand = new ArrayList<>();
    private final Map<String, Terminal> ends = new HashMap<>();
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Map<String, Integer> epochs = new HashMap<>();
    private long nextOffset;

    FakeWorkers(Random random) {
        this.random = random;
    }

    void take(List<InferenceDispatch> dispatches) {
        for (var dispatch : dispatches) {
            if (dispatch.getAttempt() == 0) {
                continue;
            }
            inHand.add(dispatch);
            if (Orders.isOrder(dispatch)) {
                attempts.merge(dispatch.getJobId(), dispatch.getAttempt(), Math::max);
            }
        }
    }

    /** Carries out up to {@code max} orders, in any order, and reports. */
    List<AttemptOutcome> reports(int max) {
        Collections.shuffle(inHand, random);
        var reports = new ArrayList<AttemptOutcome>();
        for (int i = 0; i < max && !inHand.isEmpty(); i++) {
            var dispatch = inHand.removeLast();
            if (Orders.isOrder(dispatch) && random.nextInt(8) == 0) {
                // This worker keeps its call and dies: nothing more is heard of it.
                reports.add(Samples.outcome(dispatch.getJobId(), dispatch.getAttempt(), OutcomeKind.KEPT)
                        .setLeaseMillis(5000L)
                        .build());
                continue;
            }
            var report = Orders.isOrder(dispatch) ? attempt(dispatch) : announcement(dispatch);
            reports.add(report);
            if (random.nextInt(5) == 0) {
                reports.add(report);
            }
            if (random.nextInt(10) == 0) {
                inHand.add(dispatch);
            }
        }
        return reports;
    }

    /** The status readers see. */
    JobStatus acceptedEnd(String jobId) {
        return Objects.requireNonNull(ends.get(jobId), jobId).getStatus();
    }

    /** What the account owes by the end that readers see. */
    long billedNanos(String jobId) {
        return Objects.requireNonNull(ends.get(jobId), jobId).getCostNanos();
    }

    Map<String, Integer> attempts() {
        return attempts;
    }

    private AttemptOutcome announcement(InferenceDispatch dispatch) {
        return Samples.announced(dispatch, Orders.end(dispatch), write(dispatch, Orders.end(dispatch)));
    }

    private AttemptOutcome attempt(InferenceDispatch dispatch) {
        var order = Orders.order(dispatch);
        int epoch = epochs.merge(dispatch.getJobId(), 1, Integer::sum);
        var outcome = Samples.outcome(dispatch.getJobId(), dispatch.getAttempt(), OutcomeKind.UNKNOWN)
                .setEpoch(epoch)
                .setProvider(order.getProvider())
                .setModel(order.getModel());
        boolean content = random.nextBoolean();
        var used = content ? usage(1 + random.nextInt(9), 1 + random.nextInt(9)) : null;
        switch (random.nextInt(10)) {
            case 0 -> outcome.setKind(OutcomeKind.THROTTLED).setRetryAfterMillis((long) random.nextInt(60_000));
            case 1 -> outcome.setKind(OutcomeKind.REFUSED);
            case 2 -> outcome.setKind(OutcomeKind.UNAVAILABLE);
            case 3 -> outcome.setKind(OutcomeKind.UNANSWERED);
            case 4 ->
                outcome.setKind(OutcomeKind.TRUNCATED)
                        .setContentDelivered(content)
                        .setUsage(used);
            case 5 ->
                outcome.setKind(OutcomeKind.MALFORMED)
                        .setContentDelivered(content)
                        .setUsage(used);
            case 6 -> end(dispatch, outcome, OutcomeKind.CANCELLED, JobStatus.CANCELLED, used);
            case 7 -> end(dispatch, outcome, OutcomeKind.EXPIRED, JobStatus.EXPIRED, used);
            default -> end(dispatch, outcome, OutcomeKind.COMPLETED, JobStatus.COMPLETED, usage(3, epoch));
        }
        return outcome.build();
    }

    private void end(
            InferenceDispatch dispatch,
            AttemptOutcome.Builder outcome,
            OutcomeKind kind,
            JobStatus status,
            @Nullable Usage used) {
        long costNanos = used == null ? 0 : cost(Orders.order(dispatch), used);
        var end = Terminal.newBuilder()
                .setStatus(status)
                .setUsage(used)
                .setCostNanos(costNanos)
                .build();
        outcome.setKind(kind)
                .setContentDelivered(used != null)
                .setUsage(used)
                .setTerminal(end)
                .setTerminalOffset(write(dispatch, end));
    }

    private long write(InferenceDispatch dispatch, Terminal end) {
        ends.putIfAbsent(dispatch.getJobId(), end);
        return nextOffset++;
    }

    private static long cost(AttemptOrder order, Usage used) {
        return new Prices(order.getPriceNanosPerMillion()).costNanos(used);
    }
}

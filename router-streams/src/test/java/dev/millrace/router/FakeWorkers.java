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
 * Workers and their log: every order is carried out some time, sometimes twice, sometimes by two workers at once, with any outcome. Readers take
 * the first end that no later execution has overtaken with a record of its own.
 */
final class FakeWorkers {
    private final Random random;
    private final List<InHand> inHand = new ArrayList<>();
    private final Map<String, End> ends = new HashMap<>();
    private final Map<String, Execution> latest = new HashMap<>();
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Map<String, Integer> epochs = new HashMap<>();
    private long nextOffset;

    /** An order; {@code epoch} is 0 while its execution has not begun, {@code checks} when its worker looks at the log before and after. */
    private record InHand(InferenceDispatch dispatch, int epoch, boolean checks) {}

    private record Execution(int attempt, int epoch) implements Comparable<Execution> {
        @Override
        public int compareTo(Execution other) {
            return attempt == other.attempt
                    ? Integer.compare(epoch, other.epoch)
                    : Integer.compare(attempt, other.attempt);
        }
    }

    private record End(Execution execution, Terminal terminal, long offset) {}

    FakeWorkers(Random random) {
        this.random = random;
    }

    void take(List<InferenceDispatch> dispatches) {
        for (var dispatch : dispatches) {
            if (dispatch.getAttempt() == 0) {
                continue;
            }
            inHand.add(new InHand(dispatch, 0, dispatch.getCheckLog()));
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
            var next = inHand.removeLast();
            if (Orders.isOrder(next.dispatch())) {
                carryOut(next, reports);
            } else {
                reports.add(announcement(next));
                if (random.nextInt(10) == 0) {
                    inHand.add(new InHand(next.dispatch(), 0, true));
                }
            }
        }
        return reports;
    }

    private void carryOut(InHand order, List<AttemptOutcome> reports) {
        var dispatch = order.dispatch();
        if (order.epoch() == 0 && random.nextInt(8) == 0) {
            var begun = begun(order);
            reports.add(kept(begun));
            if (random.nextBoolean()) {
                // This worker dies before it has written its end: nothing more is heard of it.
                return;
            }
            // Its end is the last thing it does.
            attempt(begun);
            return;
        }
        if (order.epoch() == 0 && random.nextInt(4) == 0) {
            // Another worker may come to its end before this one does.
            var begun = begun(order);
            write(begun);
            inHand.addFirst(begun);
            return;
        }
        var report = order.epoch() == 0 ? attempt(begun(order)) : attempt(order);
        reports.add(report);
        if (random.nextInt(5) == 0) {
            reports.add(report);
        }
        if (random.nextInt(10) == 0) {
            inHand.add(new InHand(dispatch, 0, random.nextBoolean()));
        }
    }

    private InHand begun(InHand order) {
        return new InHand(order.dispatch(), epochs.merge(order.dispatch().getJobId(), 1, Integer::sum), order.checks());
    }

    private static AttemptOutcome kept(InHand order) {
        return Samples.outcome(order.dispatch().getJobId(), order.dispatch().getAttempt(), OutcomeKind.KEPT)
                .setEpoch(order.epoch())
                .setLeaseMillis(5000L)
                .build();
    }

    /** The status readers see. */
    JobStatus acceptedEnd(String jobId) {
        return Objects.requireNonNull(ends.get(jobId), jobId).terminal().getStatus();
    }

    /** What the account owes by the end that readers see. */
    long billedNanos(String jobId) {
        return Objects.requireNonNull(ends.get(jobId), jobId).terminal().getCostNanos();
    }

    Map<String, Integer> attempts() {
        return attempts;
    }

    private AttemptOutcome announcement(InHand order) {
        var dispatch = order.dispatch();
        var known = ends.get(dispatch.getJobId());
        if (order.checks() && known != null) {
            return read(dispatch, 0, known, null);
        }
        var own = Samples.announced(dispatch, Orders.end(dispatch), write(order, Orders.end(dispatch)));
        return order.checks()
                ? AttemptOutcome.newBuilder(own).setLogChecked(true).build()
                : own;
    }

    private AttemptOutcome attempt(InHand order) {
        var dispatch = order.dispatch();
        var before = ends.get(dispatch.getJobId());
        if (order.checks() && before != null) {
            return read(dispatch, order.epoch(), before, null);
        }
        var own = call(order);
        if (!order.checks()) {
            return own;
        }
        var after = ends.get(dispatch.getJobId());
        if (after == null || after.execution().equals(execution(order))) {
            var checked = AttemptOutcome.newBuilder(own).setLogChecked(true);
            if (after == null && own.getTerminal() != null) {
                checked.setKind(OutcomeKind.UNKNOWN).setTerminal(null).setTerminalOffset(null);
            }
            return checked.build();
        }
        return read(dispatch, order.epoch(), after, own);
    }

    /** The report of an end that was found on the log; {@code own} is null when no call was made. */
    private static AttemptOutcome read(InferenceDispatch dispatch, int epoch, End end, @Nullable AttemptOutcome own) {
        var usage = own == null ? null : own.getUsage();
        var outcome = Samples.outcome(
                        dispatch.getJobId(),
                        dispatch.getAttempt(),
                        own != null && usage != null ? own.getKind() : OutcomeKind.ANNOUNCED)
                .setEpoch(epoch)
                .setProvider("")
                .setModel("")
                .setUsage(usage)
                .setTerminal(end.terminal())
                .setTerminalOffset(end.offset())
                .setLogChecked(true);
        if (Orders.isOrder(dispatch)) {
            outcome.setProvider(Orders.order(dispatch).getProvider())
                    .setModel(Orders.order(dispatch).getModel());
        }
        return outcome.build();
    }

    private AttemptOutcome call(InHand order) {
        var dispatch = order.dispatch();
        var target = Orders.order(dispatch);
        var outcome = Samples.outcome(dispatch.getJobId(), dispatch.getAttempt(), OutcomeKind.UNKNOWN)
                .setEpoch(order.epoch())
                .setProvider(target.getProvider())
                .setModel(target.getModel());
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
            case 6 -> end(order, outcome, OutcomeKind.CANCELLED, JobStatus.CANCELLED, used);
            case 7 -> end(order, outcome, OutcomeKind.EXPIRED, JobStatus.EXPIRED, used);
            default -> end(order, outcome, OutcomeKind.COMPLETED, JobStatus.COMPLETED, usage(3, order.epoch()));
        }
        return outcome.build();
    }

    private void end(
            InHand order, AttemptOutcome.Builder outcome, OutcomeKind kind, JobStatus status, @Nullable Usage used) {
        long costNanos = used == null ? 0 : cost(Orders.order(order.dispatch()), used);
        var end = Terminal.newBuilder()
                .setStatus(status)
                .setUsage(used)
                .setCostNanos(costNanos)
                .build();
        outcome.setKind(kind)
                .setContentDelivered(used != null)
                .setUsage(used)
                .setTerminal(end)
                .setTerminalOffset(write(order, end));
    }

    /** A record of an execution that is no end: readers drop what earlier ones write from now on. */
    private void write(InHand order) {
        var job = order.dispatch().getJobId();
        if (!ends.containsKey(job)) {
            latest.merge(job, execution(order), (one, other) -> one.compareTo(other) > 0 ? one : other);
        }
        nextOffset++;
    }

    private long write(InHand order, Terminal end) {
        long offset = nextOffset;
        write(order);
        var job = order.dispatch().getJobId();
        if (execution(order).equals(latest.get(job))) {
            ends.putIfAbsent(job, new End(execution(order), end, offset));
        }
        return offset;
    }

    private static Execution execution(InHand order) {
        return new Execution(order.dispatch().getAttempt(), order.epoch());
    }

    private static long cost(AttemptOrder order, Usage used) {
        return new Prices(order.getPriceNanosPerMillion()).costNanos(used);
    }
}

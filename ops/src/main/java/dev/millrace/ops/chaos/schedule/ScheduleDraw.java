package dev.millrace.ops.chaos.schedule;

import dev.millrace.ops.chaos.proxy.Passage;
import dev.millrace.ops.chaos.schedule.Fault.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Draws a schedule: a pure function of seed, length, rate and cast.
 *
 * <p>Of the brokers one at most is away or coming back at a time, since the cluster promises no more. Of everything else both may be.
 */
public final class ScheduleDraw {
    /** After a broker is started again it fetches what it missed before the next one may go. */
    private static final long BROKER_RETURNS_MILLIS = 14_000;

    private static final long RETURNS_MILLIS = 7_000;
    private static final long QUIET_AT_BEGIN_MILLIS = 3_000;

    /** Longer than the worker's and the router's session time-outs (3 s), and shorter. */
    private static final long[] FREEZES_MILLIS = {700, 2_500, 4_000, 8_000, 11_000};

    private static final List<String> VENDOR_FAILURES = List.of(
            "503",
            "429",
            "500",
            "529",
            "truncate",
            "reset",
            "error_in_stream",
            "hang_mid_stream",
            "hang_before_headers",
            "malformed_json");
    private static final Passage[] CUTS = {
        Passage.BLACK_HOLE, Passage.RESET, Passage.NO_REQUESTS, Passage.NO_ANSWERS, Passage.BLACK_HOLE
    };

    private final SplittableRandom random;
    private final Cast cast;
    private final long endMillis;
    private final Map<String, List<Away>> away = new HashMap<>();
    private final List<Fault> faults = new ArrayList<>();

    /** From a fault to the time when its target is back. */
    private record Away(long fromMillis, long untilMillis) {}

    /**
     * Who is there to be hurt.
     *
     * @param victims processes that may be killed or frozen, brokers apart, each as often as it is to be drawn
     * @param brokers the brokers; none is hurt when there are fewer than three
     * @param stateful processes that keep state on disk
     * @param disks those of them whose state can run out of disk
     * @param cutFromKafka processes that reach the brokers through a proxy
     * @param cutFromVendor processes that reach the vendor through a proxy
     */
    public record Cast(
            List<String> victims,
            List<String> brokers,
            List<String> stateful,
            List<String> disks,
            List<String> cutFromKafka,
            List<String> cutFromVendor) {}

    private ScheduleDraw(long seed, double minutes, Cast cast) {
        this.random = new SplittableRandom(seed);
        this.cast = cast;
        this.endMillis = (long) (minutes * 60_000);
    }

    /** The schedule of these. */
    public static Schedule draw(long seed, double minutes, double killsPerMinute, boolean small, Cast cast) {
        var draw = new ScheduleDraw(seed, minutes, cast);
        draw.windows(small);
        draw.strokes(killsPerMinute, small);
        draw.faults.sort(Comparator.comparingLong(Fault::atMillis).thenComparing(Fault::target));
        return new Schedule(seed, minutes, killsPerMinute, small, draw.faults);
    }

    /** What goes on for a while beside everything else. */
    private void windows(boolean small) {
        long every = small ? 30_000 : 60_000;
        for (long at = every / 3; at < endMillis - 5_000; at += every) {
            vendorFaults(at + random.nextLong(every / 4));
        }
        for (long at = every / 2; at < endMillis - 10_000; at += 2 * every) {
            long away = 5_000 + random.nextLong(10_000);
            add(Fault.of(at, Kind.REGISTRY_OUTAGE, "registry", away), RETURNS_MILLIS);
        }
        for (long at = every; at < endMillis - 12_000 && !cast.disks().isEmpty(); at += 2 * every) {
            add(Fault.of(at, Kind.DISK_FULL, one(cast.disks()), 4_000 + random.nextLong(4_000)), RETURNS_MILLIS);
        }
    }

    private void vendorFaults(long atMillis) {
        int kinds = 1 + random.nextInt(4);
        var failures = new ArrayList<String>();
        for (int i = 0; i < kinds; i++) {
            failures.add(one(VENDOR_FAILURES));
        }
        double rate = (5 + random.nextInt(25)) / 100.0;
        long length = 6_000 + random.nextLong(10_000);
        faults.add(new Fault(
                atMillis,
                Kind.VENDOR_FAULTS,
                "vendor",
                length,
                failures.stream().distinct().toList(),
                rate));
    }

    /** One after the other, at the asked rate of kills; one in five is something else than a kill. */
    private void strokes(double killsPerMinute, boolean small) {
        double gapMillis = 60_000 / (killsPerMinute * 1.25);
        double at = small ? 1_000 : QUIET_AT_BEGIN_MILLIS;
        while (at < endMillis - 2_000) {
            stroke((long) at);
            at += gapMillis * (0.6 + 0.8 * random.nextDouble());
        }
    }

    private void stroke(long atMillis) {
        int die = random.nextInt(100);
        if (die < 80) {
            killSomebody(atMillis, Kind.KILL);
        } else if (die < 90) {
            freezeSomebody(atMillis);
        } else if (die < 94) {
            killSomebody(atMillis, Kind.TERMINATE);
        } else {
            cutSomebody(atMillis);
        }
    }

    private void killSomebody(long atMillis, Kind kind) {
        var victim = standing(atMillis, true);
        if (!victim.isEmpty()) {
            // most are started again at once, as an orchestrator does; some stay away
            long away = random.nextInt(4) == 0 ? 2_000 + random.nextLong(6_000) : 100 + random.nextLong(900);
            boolean losesState = kind == Kind.KILL && cast.stateful().contains(victim) && random.nextInt(6) == 0;
            add(
                    Fault.of(atMillis, losesState ? Kind.LOSE_STATE : kind, victim, away),
                    isBroker(victim) ? BROKER_RETURNS_MILLIS : RETURNS_MILLIS);
        }
    }

    private void freezeSomebody(long atMillis) {
        var victim = standing(atMillis, true);
        if (!victim.isEmpty()) {
            long frozen = FREEZES_MILLIS[random.nextInt(FREEZES_MILLIS.length)];
            add(Fault.of(atMillis, Kind.FREEZE, victim, frozen), isBroker(victim) ? BROKER_RETURNS_MILLIS : 2_000);
        }
    }

    private void cutSomebody(long atMillis) {
        boolean vendor = random.nextInt(3) == 0;
        var candidates = vendor ? cast.cutFromVendor() : cast.cutFromKafka();
        if (candidates.isEmpty()) {
            return;
        }
        var victim = one(candidates);
        var passage = CUTS[random.nextInt(CUTS.length)];
        long length = 1_000 + random.nextLong(9_000);
        var kind = vendor ? Kind.CUT_FROM_VENDOR : Kind.CUT_FROM_KAFKA;
        if (isThere(victim, atMillis)) {
            add(new Fault(atMillis, kind, victim, length, List.of(passage.name()), 0), 1_000);
        }
    }

    private void add(Fault fault, long returnsMillis) {
        faults.add(fault);
        away.computeIfAbsent(fault.target(), _ -> new ArrayList<>())
                .add(new Away(fault.atMillis(), fault.atMillis() + fault.forMillis() + returnsMillis));
    }

    private boolean isThere(String name, long atMillis) {
        return away.getOrDefault(name, List.of()).stream()
                .noneMatch(each -> each.fromMillis() <= atMillis && atMillis < each.untilMillis());
    }

    /** Somebody who is there, with all brokers counted as one; empty when nobody is found. */
    private String standing(long atMillis, boolean orBroker) {
        for (int tries = 0; tries < 20; tries++) {
            boolean broker = orBroker && cast.brokers().size() >= 3 && random.nextInt(7) == 0;
            var victim = one(broker ? cast.brokers() : cast.victims());
            var mustStand = broker ? cast.brokers() : List.of(victim);
            if (mustStand.stream().allMatch(name -> isThere(name, atMillis))) {
                return victim;
            }
        }
        return "";
    }

    private boolean isBroker(String name) {
        return cast.brokers().contains(name);
    }

    private <T> T one(List<T> many) {
        return many.get(random.nextInt(many.size()));
    }
}

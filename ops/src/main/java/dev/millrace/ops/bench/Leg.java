package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.ArmFailure;
import dev.millrace.ops.bench.arm.ChildProcess;
import dev.millrace.ops.bench.hops.BareChain;
import dev.millrace.ops.bench.load.Workload;
import dev.millrace.ops.bench.profile.CpuProfile;
import dev.millrace.ops.bench.report.Spread;
import dev.millrace.topic.KafkaConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One Millrace beside the other arms: warms up, measures metric after metric, compares, and ends Millrace's processes. */
final class Leg {
    private static final int CHAIN_BYTES = 512;
    private static final int CHAIN_WARM_UP_CALLS = 300;
    private static final int STREAM_DELTAS = 4;
    private static final double OPENED_PER_SECOND = 100;
    private static final int WARMING = 8;
    private static final Duration MOST_WARM_UP_OF_OTHERS = Duration.ofSeconds(5);

    private final Setting setting;
    private final Arm.Kind millrace;
    private final String kafka;
    private final Set<Metric> metrics;
    private final @Nullable Path recordings;

    /**
     * @param kafka the broker that this Millrace uses, for the bare chain
     * @param recordings null: no CPU profile is made
     */
    Leg(Setting setting, Arm.Kind millrace, String kafka, Set<Metric> metrics, @Nullable Path recordings) {
        this.setting = setting;
        this.millrace = millrace;
        this.kafka = kafka;
        this.metrics = Set.copyOf(metrics);
        this.recordings = recordings;
    }

    /** @param processes Millrace's; they have ended afterwards */
    void run(List<ChildProcess> processes) {
        var profile = measured(processes);
        processes.forEach(setting.children()::end);
        try {
            if (profile.isPresent()) {
                setting.board().say(profile.get().text());
            }
        } catch (IOException e) {
            throw new ArmFailure("a recording cannot be read: " + e.getMessage(), e);
        }
    }

    private Optional<CpuProfile> measured(List<ChildProcess> processes) {
        var chain = setting.plan().arms().contains(Arm.Kind.CHAIN)
                ? new BareChain("chain", KafkaConnection.plain(kafka), CHAIN_BYTES)
                : null;
        try {
            setting.board().step("Looking at the arms while nobody calls ...");
            setting.settling().learnIdle();
            warmUp(chain);
            var profile = Optional.ofNullable(recordings).map(place -> CpuProfile.begin(place, processes));
            for (var metric : Metric.values()) {
                if (isMine(metric)) {
                    setting.board().step(metric + " ...");
                    measure(metric, chain);
                    setting.settling()
                            .complaint()
                            .ifPresent(text -> setting.board().note(setting.scope() + metric.word() + ": " + text));
                }
            }
            new Targets(setting.board(), setting.scope(), millrace).compare();
            tellDrift();
            profile.ifPresent(CpuProfile::end);
            return profile;
        } finally {
            if (chain != null) {
                chain.close();
            }
        }
    }

    /** The start is measured when this leg has ended, so that nothing else starts or runs. */
    private boolean isMine(Metric metric) {
        return metric != Metric.START
                && metrics.contains(metric)
                && setting.plan().measures(metric, millrace);
    }

    /** Says whether the machine was another one in the leg before; there is none before that of the one process. */
    private void tellDrift() {
        if (!setting.scope().isEmpty()) {
            LegDrift.notes(setting.board().figures(), setting.scope()).forEach(setting.board()::note);
        }
    }

    private void warmUp(@Nullable BareChain chain) {
        var stream = Workload.instantStream(STREAM_DELTAS);
        setting.load().learn(setting.direct().target(), stream);
        for (int i = 0; chain != null && i < CHAIN_WARM_UP_CALLS; i++) {
            chain.call();
        }
        for (var arm : setting.arms()) {
            var length = length(arm);
            setting.board().step("Warming up " + arm + ", " + length.toSeconds() + " s ...");
            for (var workload : List.of(stream, Workload.whole(0))) {
                var tally = setting.load().saturate(arm.target(), workload, WARMING, length.dividedBy(2));
                setting.add(
                        "warm-up." + (workload.streaming() ? "stream" : "whole"),
                        arm,
                        "requests/s",
                        Spread.single(tally.completed() / tally.seconds()),
                        tally.sent(),
                        Gates.failed(tally));
            }
        }
    }

    private Duration length(Arm arm) {
        var whole = setting.plan().warmUp();
        boolean longer = !arm.kind().isMillrace() && whole.compareTo(MOST_WARM_UP_OF_OTHERS) > 0;
        return longer ? MOST_WARM_UP_OF_OTHERS : whole;
    }

    private void measure(Metric metric, @Nullable BareChain chain) {
        switch (metric) {
            case STREAMS -> new OpenStreams(setting, OPENED_PER_SECOND).measure();
            case MEMORY -> new StreamMemory(setting, OPENED_PER_SECOND).measure();
            case BATCH -> setting.stack().ifPresent(stack -> new BatchRate(setting, stack).measure());
            case CHUNKS -> new ChunkRate(setting).measure();
            case LOAD -> {
                new UnderLoad(setting, Workload.instantStream(STREAM_DELTAS)).measure();
                new UnderLoad(setting, Workload.whole(0)).measure();
            }
            case GAPS -> new ChunkGaps(setting).measure();
            case IDLE -> new IdleCpu(setting).measure();
            case WHOLE -> new AddedTime(setting, Workload.whole(0), null).measure();
            case STREAM -> new AddedTime(setting, Workload.instantStream(STREAM_DELTAS), chain).measure();
            case SOAK -> new Soak(setting).measure();
            case START -> throw new IllegalArgumentException("the start is not measured while another Millrace runs");
            case LEDGER -> new LedgerDrift(setting).measure();
        }
    }
}

package dev.millrace.ops.chaos;

import dev.millrace.job.ResultFold.Accepted;
import dev.millrace.ops.chaos.load.ClientLog;
import dev.millrace.ops.chaos.load.Crowd;
import dev.millrace.ops.chaos.load.StreamWatch;
import dev.millrace.ops.chaos.report.Report;
import dev.millrace.ops.chaos.schedule.Fault;
import dev.millrace.ops.chaos.schedule.Schedule;
import dev.millrace.ops.chaos.stage.Directories;
import dev.millrace.ops.chaos.stage.Hand;
import dev.millrace.ops.chaos.stage.Hand.Stroke;
import dev.millrace.ops.chaos.stage.Keeper;
import dev.millrace.ops.chaos.stage.Stage;
import dev.millrace.ops.fleet.Fleet.Use;
import dev.millrace.ops.history.Expectation;
import dev.millrace.ops.history.ResultsFollower;
import dev.millrace.ops.history.TopicReader;
import dev.millrace.registry.RegistryConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** One fault run, from an empty directory to the report. */
public final class ChaosRun {
    private static final List<String> ACCOUNTS =
            IntStream.range(0, 12).mapToObj(i -> "tenant-" + i).toList();
    private static final int READ_AGAIN = 400;
    private static final Duration LAST_CLIENTS = Duration.ofSeconds(60);

    private final ChaosPlan plan;
    private final Consumer<String> progress;
    private final ClientLog log = new ClientLog();
    private final StreamWatch watch = new StreamWatch();
    private final Set<String> probes = ConcurrentHashMap.newKeySet();

    /** @param progress told what happens now, for a person who waits */
    public ChaosRun(ChaosPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Runs it; the report is written too. */
    public Report run() throws IOException, InterruptedException {
        Files.createDirectories(plan.report());
        var work = Files.createTempDirectory("millrace-chaos-");
        try {
            return run(work);
        } finally {
            Directories.delete(work);
        }
    }

    private Report run(Path work) throws IOException, InterruptedException {
        var stagePlan = plan.stage(work);
        var schedule = plan.scheduleOf(stagePlan);
        schedule.write(plan.report().resolve("schedule.json"));
        progress.accept("Starting " + (stagePlan.cast().brokers().isEmpty() ? "the small" : "the full") + " fleet ...");
        long begunNanos = System.nanoTime();
        try (var stage = Stage.set(stagePlan, ACCOUNTS);
                var reader = new TopicReader(stage.bootstrap(), RegistryConfig.of(stage.registry()), stage.topics());
                var keeper = new Keeper(stage.fleet());
                var crowd = new Crowd(stage, plan.seed(), ACCOUNTS, log, watch)) {
            long startMillis = millisSince(begunNanos);
            progress.accept(
                    "Serving after " + startMillis + " ms; " + schedule.faults().size() + " faults, " + schedule.kills()
                            + " of them kills, in " + plan.minutes() + " minutes ...");
            var follower = new ResultsFollower(reader, this::see);
            try (var _ = new Pulse(log, follower, progress);
                    var hand = new Hand(stage, keeper, stroke -> struck(stroke, crowd))) {
                strike(schedule, hand, crowd);
                progress.accept("Healed; waiting for what is left ...");
                var aftermath = new Aftermath(
                        stage,
                        reader,
                        follower,
                        log.accepted().stream().map(ClientLog.Accepted::jobId).toList());
                aftermath.awaitQuiet(progress);
                progress.accept("Reading jobs again at every replica ...");
                crowd.readAgain(READ_AGAIN);
                progress.accept("Checking ...");
                follower.close();
                var verdict = aftermath.check(log, expectations(), progress);
                var report = new Report(
                        plan.command(),
                        schedule,
                        List.copyOf(hand.done()),
                        keeper.endings(),
                        log.accepted().size(),
                        log.counts(),
                        watch.figures(),
                        verdict,
                        stage.smallDisks(),
                        uses(stage),
                        startMillis,
                        aftermath.quietMillis(),
                        millisSince(begunNanos));
                log.write(plan.report().resolve("accepted.tsv"));
                report.write(plan.report());
                return report;
            } finally {
                follower.close();
            }
        }
    }

    private void strike(Schedule schedule, Hand hand, Crowd crowd) throws InterruptedException {
        var length = Duration.ofMillis((long) (plan.minutes() * 60_000));
        var clients = Thread.ofVirtual().start(() -> {
            try {
                crowd.come(plan.rate(), length);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        hand.carryOut(schedule);
        clients.join();
        progress.accept("Clients have come: " + crowd.came() + ". Healing ...");
        hand.healAll();
        progress.accept("Everybody serves again; waiting for the last clients ...");
        crowd.leave(LAST_CLIENTS);
    }

    /** Everything that ends, freezes or cuts off somebody makes readers wait; new jobs are submitted to see for how long they do. */
    private void struck(Stroke stroke, Crowd crowd) {
        var fault = stroke.fault();
        if (fault.kind() == Fault.Kind.VENDOR_FAULTS || fault.kind() == Fault.Kind.DISK_FULL) {
            return;
        }
        var cause = Report.cause(fault);
        watch.happened(cause + Report.NEXT_CHUNK, stroke.atNanos());
        if (fault.kind() == Fault.Kind.KILL || fault.kind() == Fault.Kind.LOSE_STATE) {
            crowd.probe(cause + Report.FIRST_CHUNK, stroke.atNanos(), probes::add);
        }
    }

    private void see(Accepted step) {
        var job = step.record().getJobId();
        boolean tells = !step.record().getDeltas().isEmpty() || step.record().getTerminal() != null;
        if (tells && probes.remove(job)) {
            watch.ended(job);
        }
    }

    private List<Expectation> expectations() {
        var ends = log.ends();
        return log.accepted().stream()
                .map(each -> new Expectation(
                        each.jobId(),
                        each.wish().account(),
                        each.wish().marker(),
                        each.wish().expectedText(),
                        ends.getOrDefault(each.jobId(), "")))
                .toList();
    }

    private static Map<String, Use> uses(Stage stage) {
        var uses = new LinkedHashMap<>(stage.fleet().uses());
        long ownMillis = ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toMillis)
                .orElse(0L);
        uses.put("clients, proxies and check", new Use(1, ownMillis));
        return uses;
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}

package dev.millrace.ops.bench;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.ArmFailure;
import dev.millrace.ops.bench.arm.BenchLimits;
import dev.millrace.ops.bench.arm.Children;
import dev.millrace.ops.bench.arm.MillraceFleet;
import dev.millrace.ops.bench.arm.MillraceJvm;
import dev.millrace.ops.bench.arm.MillraceStack;
import dev.millrace.ops.bench.arm.MockVendorProcess;
import dev.millrace.ops.bench.arm.Nginx;
import dev.millrace.ops.bench.arm.PortkeyGateway;
import dev.millrace.ops.bench.arm.Programs;
import dev.millrace.ops.bench.load.LoadGenerator;
import dev.millrace.ops.bench.report.Board;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of the benchmark: Millrace in one process beside the other ways to the vendor, then, when that has ended, Millrace as separate
 * processes beside them. Both at once would take the machine from each other even when nobody calls.
 */
public final class Bench {
    private static final String PROCESSES_SCOPE = "processes.";

    private final Plan plan;
    private final Board board;
    private final Path cache;
    private final @Nullable Path recordings;
    private final Random random;

    /**
     * @param cache where what is installed from elsewhere stays for later runs
     * @param recordings where each JVM leaves a flight recording; null: none are made
     */
    public Bench(Plan plan, Board board, Path cache, @Nullable Path recordings) {
        this.plan = plan;
        this.board = board;
        this.cache = cache;
        this.recordings = recordings;
        this.random = new Random(plan.seed());
    }

    /**
     * Runs it all; minutes.
     *
     * @throws ArmFailure when an arm that was there breaks down
     */
    public void run() {
        try (var children = new Children()) {
            boolean good = false;
            try (var load = new LoadGenerator()) {
                run(children, load);
                good = board.valid();
            } finally {
                if (!good) {
                    children.keep();
                    board.say("The processes' logs are kept in " + children.directory());
                }
            }
        }
    }

    private void run(Children children, LoadGenerator load) {
        var jvm = new MillraceJvm(recordings);
        try (var vendor = MockVendorProcess.start(children, jvm)) {
            var portkey = portkey(children, vendor);
            var nginx = nginx(children, vendor);
            if (plan.legs().contains(Arm.Kind.MILLRACE)) {
                board.step("Starting Millrace in one process ...");
                var stack = MillraceStack.start(children, jvm, vendor.api(), BenchLimits.DEFAULTS);
                var arms = arms(vendor, Optional.of(stack.arm()).filter(arm -> wants(arm.kind())), portkey, nginx);
                var settling = Settling.of(arms, plan.rest());
                var setting = new Setting(
                        "", plan, board, children, jvm, load, vendor, Optional.of(stack), arms, settling, random);
                new Leg(setting, Arm.Kind.MILLRACE, stack.endpoints().kafka(), plan.metrics(), recordings)
                        .run(List.of(stack.process()));
                if (plan.metrics().contains(Metric.START) && plan.measures(Metric.START, Arm.Kind.MILLRACE)) {
                    new FirstToken(setting).measure();
                }
            }
            if (plan.legs().contains(Arm.Kind.MILLRACE_PROCESSES)) {
                board.step("Starting Millrace as separate processes ...");
                var fleet = MillraceFleet.start(children, jvm, vendor.api(), BenchLimits.DEFAULTS);
                var arms = arms(vendor, Optional.of(fleet.arm()), portkey, Optional.empty());
                var settling = Settling.of(arms, plan.rest());
                var setting = new Setting(
                        PROCESSES_SCOPE,
                        plan,
                        board,
                        children,
                        jvm,
                        load,
                        vendor,
                        Optional.empty(),
                        arms,
                        settling,
                        random);
                new Leg(setting, Arm.Kind.MILLRACE_PROCESSES, fleet.kafka(), plan.processMetrics(), recordings)
                        .run(fleet.arm().processes());
            }
        }
    }

    private static List<Arm> arms(
            MockVendorProcess vendor, Optional<Arm> millrace, Optional<Arm> portkey, Optional<Arm> nginx) {
        var arms = new ArrayList<Arm>();
        arms.add(vendor.direct());
        Stream.of(millrace, portkey, nginx).flatMap(Optional::stream).forEach(arms::add);
        return arms;
    }

    private boolean wants(Arm.Kind kind) {
        return plan.arms().contains(kind);
    }

    private Optional<Arm> portkey(Children children, MockVendorProcess vendor) {
        if (!wants(Arm.Kind.PORTKEY)) {
            return Optional.empty();
        }
        if (!Programs.present("node") || !Programs.present("npm")) {
            board.note("portkey is left out: node and npm are not both on the PATH");
            return Optional.empty();
        }
        return Optional.of(PortkeyGateway.start(children, cache, vendor.api()));
    }

    private Optional<Arm> nginx(Children children, MockVendorProcess vendor) {
        if (!wants(Arm.Kind.NGINX)) {
            return Optional.empty();
        }
        if (!Programs.present("nginx")) {
            board.note("nginx is left out: it is not on the PATH");
            return Optional.empty();
        }
        return Optional.of(Nginx.start(children, vendor.address()));
    }
}

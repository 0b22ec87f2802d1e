package dev.millrace.ops.cli;

import dev.millrace.ops.bench.Bench;
import dev.millrace.ops.bench.Metric;
import dev.millrace.ops.bench.Plan;
import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.ArmFailure;
import dev.millrace.ops.bench.report.Board;
import dev.millrace.ops.bench.report.JsonReport;
import dev.millrace.ops.bench.report.Machine;
import dev.millrace.ops.bench.report.MarkdownReport;
import dev.millrace.ops.bench.report.Run;
import dev.millrace.ops.bench.report.TableReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = {
            "Measure Millrace beside other ways to the same vendor, all on this machine, and say what was reached.",
            "Exit code 1: a gate did not hold, so that some figures do not count.",
            "Exit code 3: the run ended early; the reports have what had been measured by then, and say so."
        })
final class BenchCommand implements Callable<Integer> {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "short (about ten minutes), full (two to three hours) or gates (seconds, no thresholds);"
                    + " default ${DEFAULT-VALUE}.")
    private String profile = "short";

    @Option(
            names = "--arms",
            split = ",",
            paramLabel = "NAME",
            description = "Only these: direct,chain,millrace,millrace-processes,portkey,nginx.")
    private List<String> arms = List.of();

    @Option(
            names = "--metrics",
            split = ",",
            paramLabel = "NAME",
            description = "Only these: memory,streams,batch,chunks,load,gaps,idle,whole,stream,soak,start,ledger.")
    private List<String> metrics = List.of();

    @Option(names = "--rounds", description = "Rounds of sequential calls instead of the profile's.")
    private @Nullable Integer rounds;

    @Option(names = "--warm-up", paramLabel = "SECONDS", description = "Of each JVM instead of the profile's.")
    private @Nullable Integer warmUpSeconds;

    @Option(names = "--seed", description = "Of arrivals and of the order of arms; default ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "Write everything found there as JSON.")
    private @Nullable Path json;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Write a page about the run there.")
    private @Nullable Path markdown;

    @Option(
            names = "--cpu-profile",
            paramLabel = "DIR",
            description =
                    "Record every JVM's CPU with the flight recorder, keep the recordings there and print who used it.")
    private @Nullable Path cpuProfile;

    BenchCommand(Session session) {
        this.session = session;
    }

    /** With its subcommand. */
    static CommandLine line(Session session) {
        return new CommandLine(new BenchCommand(session))
                .addSubcommand(new BenchHopsCommand(session))
                .addSubcommand(new BenchLoadCommand(session));
    }

    @Override
    public Integer call() throws IOException {
        Logging.forClient(session.debug());
        var plan = plan();
        var board = new Board(session.console().err()::println);
        var before = Machine.look();
        if (cpuProfile != null) {
            Files.createDirectories(cpuProfile);
        }
        try {
            new Bench(plan, board, cache(), cpuProfile).run();
        } catch (ArmFailure e) {
            reportUntil(e, String.valueOf(e.getMessage()), plan, board, before);
            throw new CommandFailure(ExitCode.INFRASTRUCTURE, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            reportUntil(e, e.toString(), plan, board, before);
            throw e;
        }
        report(board, before, new Run(command(), plan.name(), plan.numbers(), Optional.empty()));
        return board.valid() ? ExitCode.FINE : ExitCode.NO;
    }

    /** Hours of measuring are not lost to what came after them. */
    private void reportUntil(Throwable failure, String reason, Plan plan, Board board, Machine before) {
        try {
            report(board, before, new Run(command(), plan.name(), plan.numbers(), Optional.of(reason)));
        } catch (IOException e) {
            session.console().err().println("The report could not be written: " + e);
            failure.addSuppressed(e);
        }
    }

    private void report(Board board, Machine before, Run run) throws IOException {
        var machine = before.withPeersOf(board);
        session.console().out().print(TableReport.of(board, machine, run));
        if (json != null) {
            Files.writeString(json, JsonReport.of(board, machine, run));
        }
        if (markdown != null) {
            Files.writeString(markdown, MarkdownReport.of(board, machine, run));
        }
    }

    private String command() {
        return "./millrace "
                + String.join(
                        " ",
                        spec.commandLine().getParent() == null
                                ? List.of("bench")
                                : spec.root().commandLine().getParseResult().originalArgs());
    }

    private Path cache() {
        var base = session.environment().get("XDG_CACHE_HOME");
        var caches =
                base == null || base.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(base);
        return caches.resolve("millrace/bench");
    }

    private Plan plan() {
        var plan = asked();
        if (plan.legs().isEmpty()) {
            throw wrong("--arms: nothing is measured without millrace, millrace-processes or chain, got "
                    + String.join(",", arms));
        }
        var nothing = plan.findingNothing().stream().map(Metric::word).collect(Collectors.joining(","));
        if (!metrics.isEmpty() && !nothing.isEmpty()) {
            throw wrong("--metrics: " + nothing + " would measure nothing with profile " + plan.name() + " and "
                    + (arms.isEmpty() ? "its arms" : "--arms " + String.join(",", arms)));
        }
        return plan;
    }

    private Plan asked() {
        var base = switch (profile) {
            case "short" -> Plan.brief();
            case "full" -> Plan.full();
            case "gates" -> Plan.gates();
            default -> throw wrong("--profile: short, full or gates, got " + profile);
        };
        return new Plan(
                base.name(),
                arms.isEmpty()
                        ? base.arms()
                        : arms.stream()
                                .map(name -> constant(Arm.Kind.class, "--arms", name))
                                .collect(Collectors.toSet()),
                metrics.isEmpty() ? base.metrics() : wanted(),
                metrics.isEmpty() ? base.processMetrics() : wanted(),
                rounds == null ? base.rounds() : rounds,
                base.calls(),
                warmUpSeconds == null ? base.warmUp() : Duration.ofSeconds(warmUpSeconds),
                base.rest(),
                base.load(),
                base.loadRounds(),
                base.streams(),
                base.batchWaves(),
                base.soak(),
                seed);
    }

    private Set<Metric> wanted() {
        return metrics.stream()
                .map(name -> constant(Metric.class, "--metrics", name))
                .collect(Collectors.toSet());
    }

    private <E extends Enum<E>> E constant(Class<E> type, String option, String name) {
        try {
            return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": there is no " + name, e);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

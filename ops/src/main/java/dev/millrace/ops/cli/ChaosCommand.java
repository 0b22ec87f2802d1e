package dev.millrace.ops.cli;

import dev.millrace.ops.chaos.ChaosPlan;
import dev.millrace.ops.chaos.ChaosRun;
import dev.millrace.ops.chaos.report.ReportText;
import dev.millrace.ops.chaos.schedule.Schedule;
import dev.millrace.ops.fleet.FleetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "chaos",
        description =
                "Run clients against real processes, kill, freeze and cut off those by a seeded list, and check afterwards"
                        + " that every promise held. Exit code 0: all held; 1: one was broken; 3: the run could not be done.")
final class ChaosCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--seed", description = "What everything is drawn from; default ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(names = "--minutes", description = "How long clients come and faults happen; default ${DEFAULT-VALUE}.")
    private double minutes = 3;

    @Option(names = "--rate", description = "Clients per second; default ${DEFAULT-VALUE}.")
    private double rate = 80;

    @Option(names = "--kills-per-minute", description = "Default ${DEFAULT-VALUE}.")
    private double killsPerMinute = 12;

    @Option(
            names = "--schedule",
            paramLabel = "FILE",
            description = "Follow this list of faults instead of drawing one.")
    private @Nullable Path schedule;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Where figures, findings and all logs go; default ${DEFAULT-VALUE}.")
    private Path report = Path.of("chaos-report");

    @Option(
            names = "--archives",
            paramLabel = "DIR",
            description = "Keep class archives there, which make starts cheap; they are good for one build.")
    private @Nullable Path archives;

    @Option(names = "--reduced", description = "One broker, few processes and clients: for a test suite.")
    private boolean reduced;

    ChaosCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logging.forProcess(session.debug());
        try {
            var run = new ChaosRun(plan(), session.console().err()::println);
            var done = run.run();
            session.console().out().print(new ReportText(done).markdown());
            session.console().out().println("\nReport: " + report.toAbsolutePath());
            return done.held() ? ExitCode.FINE : ExitCode.NO;
        } catch (FleetException e) {
            throw new CommandFailure(ExitCode.INFRASTRUCTURE, e.getMessage() + ". Logs: " + report.resolve("logs"));
        }
    }

    private ChaosPlan plan() throws IOException {
        try {
            return new ChaosPlan(
                    seed,
                    minutes,
                    rate,
                    killsPerMinute,
                    reduced,
                    schedule == null ? Optional.empty() : Optional.of(Schedule.read(schedule)),
                    report.toAbsolutePath(),
                    Optional.ofNullable(archives).map(Path::toAbsolutePath));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }
}

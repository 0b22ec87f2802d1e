package dev.millrace.ops.cli;

import dev.millrace.ops.bench.load.LoadGenerator;
import dev.millrace.ops.bench.load.Schedule;
import dev.millrace.ops.bench.load.Tally;
import dev.millrace.ops.bench.load.Target;
import dev.millrace.ops.bench.load.Workload;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "load",
        description = "Call one address as the benchmark does, to check the benchmark's client against another tool.")
final class BenchLoadCommand implements Callable<Integer> {
    private static final double[] PERCENTILES = {50, 75, 90, 99, 99.9};

    private final Session session;

    @Option(names = "--url", required = true, description = "Address up to the port, such as http://127.0.0.1:8099.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private URI url;

    @Option(
            names = "--header",
            paramLabel = "NAME=VALUE",
            description = "Of every request; may be given several times.")
    private Map<String, String> headers = new HashMap<>();

    @Option(names = "--model-prefix", paramLabel = "TEXT", description = "Before the mock vendor's names of models.")
    private String prefix = "";

    @Option(names = "--stream", description = "Ask for streams; else for whole replies.")
    private boolean stream;

    @Option(names = "--deltas", description = "Pieces of a reply; default ${DEFAULT-VALUE}.")
    private int deltas = 4;

    @Option(names = "--delay", paramLabel = "MILLIS", description = "Until the first piece; default ${DEFAULT-VALUE}.")
    private int delayMillis = 0;

    @Option(names = "--gap", paramLabel = "MILLIS", description = "Between two pieces; default ${DEFAULT-VALUE}.")
    private int gapMillis = 0;

    @Option(names = "--rate", paramLabel = "PER-SECOND", description = "Independent arrivals at this rate.")
    private @Nullable Double rate;

    @Option(
            names = "--concurrency",
            description = "Without a rate: calls open at once, each followed by the next; default ${DEFAULT-VALUE}.")
    private int concurrency = 8;

    @Option(names = "--seconds", description = "For how long; default ${DEFAULT-VALUE}.")
    private int seconds = 10;

    BenchLoadCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Logging.forClient(session.debug());
        var target = new Target(url, headers, prefix);
        var workload = new Workload(stream, delayMillis, deltas, gapMillis);
        var length = Duration.ofSeconds(seconds);
        try (var load = new LoadGenerator()) {
            load.learn(target, workload);
            var tally = rate == null
                    ? load.saturate(target, workload, concurrency, length)
                    : load.open(target, workload, Schedule.poisson(rate, length, 1), new Tally());
            print(tally);
            return tally.failures().isEmpty() ? ExitCode.FINE : ExitCode.NO;
        }
    }

    private void print(Tally tally) {
        var table = new TextTable("WHAT", "VALUE");
        table.row("calls", Long.toString(tally.sent()));
        table.row("calls per second", number(tally.completed() / tally.seconds()));
        table.row("pieces per second", number(tally.pieces() / tally.seconds()));
        if (stream) {
            rows(table, "first content", tally.first());
        }
        rows(table, "whole call", tally.total());
        tally.failures().forEach((reason, count) -> table.row("failed: " + reason, Integer.toString(count)));
        session.console().out().print(table);
    }

    private static void rows(TextTable table, String what, Histogram histogram) {
        table.row(what + ", mean ms", number(histogram.getMean() / 1e6));
        for (double percentile : PERCENTILES) {
            table.row(what + ", p" + percentile + " ms", number(histogram.getValueAtPercentile(percentile) / 1e6));
        }
        table.row(what + ", most ms", number(histogram.getMaxValue() / 1e6));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}

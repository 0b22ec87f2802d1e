package dev.millrace.ops.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.ops.bench.hops.ArmFigures;
import dev.millrace.ops.bench.hops.HopBenchmark;
import dev.millrace.ops.bench.hops.HopBenchmark.Plan;
import dev.millrace.ops.bench.hops.HopBenchmark.Row;
import dev.millrace.streams.ProcessingGuarantee;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "hops",
        description = "Measure the time to first token through the pipeline beside a bare chain of three Kafka hops.")
final class BenchHopsCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Session session;

    @Option(
            names = "--guarantee",
            split = ",",
            paramLabel = "NAME",
            description = "The router's processing guarantee, several to compare: ${COMPLETION-CANDIDATES};"
                    + " default ${DEFAULT-VALUE}.")
    private List<ProcessingGuarantee> guarantees = List.of(ProcessingGuarantee.EXACTLY_ONCE);

    @Option(names = "--rounds", description = "Rounds; default ${DEFAULT-VALUE}.")
    private int rounds = 9;

    @Option(names = "--calls", description = "Calls of each arm per round; default ${DEFAULT-VALUE}.")
    private int calls = 100;

    @Option(names = "--warm-up", description = "Calls of each arm before the first round; default ${DEFAULT-VALUE}.")
    private int warmUp = 1500;

    @Option(names = "--seed", description = "Seed of the order in which arms are called; default ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    BenchHopsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.console()
                .err()
                .println("Measuring: " + rounds + " rounds of " + calls + " calls after " + warmUp + " to warm up ...");
        var rows = new HopBenchmark(new Plan(guarantees, rounds, calls, warmUp, seed)).run();
        session.console().out().print(json ? asJson(rows) : asTable(rows));
        return ExitCode.FINE;
    }

    private static String asTable(List<Row> rows) {
        var table = new TextTable("TIME TO FIRST TOKEN", "P50 MS", "ROUNDS' P50 MS", "P99 MS", "CALLS", "RATIO");
        for (var row : rows) {
            line(table, row.chain(), "");
            line(table, row.pipeline(), String.format(Locale.ROOT, "%.2f", row.ratio()));
        }
        return table.toString();
    }

    private static void line(TextTable table, ArmFigures arm, String ratio) {
        table.row(
                arm.arm(),
                millis(arm.p50Micros()),
                millis(arm.lowestMicros()) + "-" + millis(arm.highestMicros()),
                millis(arm.p99Micros()),
                Integer.toString(arm.calls()),
                ratio);
    }

    private static String millis(double micros) {
        return String.format(Locale.ROOT, "%.2f", micros / 1000);
    }

    private static String asJson(List<Row> rows) {
        var array = JSON.createArrayNode();
        for (var row : rows) {
            array.addObject()
                    .put("guarantee", row.guarantee().name())
                    .put("ratio", row.ratio())
                    .putPOJO("chain", row.chain())
                    .putPOJO("pipeline", row.pipeline());
        }
        return array + "\n";
    }
}

package dev.millrace.ops.bench.hops;

import dev.millrace.ops.config.Configuration;
import dev.millrace.ops.config.ConfigurationLoader;
import dev.millrace.ops.config.ConfigurationSources;
import dev.millrace.ops.stack.DevelopmentStack;
import dev.millrace.streams.ProcessingGuarantee;
import dev.millrace.topic.KafkaConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much the pipeline adds to the time to first token, beside the bare chain of three hops over the same broker.
 *
 * <p>Each guarantee asked for gets a stack of its own, on a temporary directory, and a bare chain on that stack's broker; all run in this
 * process and are called in turn.
 */
public final class HopBenchmark {
    private static final Logger LOG = LoggerFactory.getLogger(HopBenchmark.class);
    private static final int PAYLOAD_BYTES = 512;

    private final Plan plan;

    public HopBenchmark(Plan plan) {
        this.plan = plan;
    }

    /**
     * What to run.
     *
     * @param rounds at least 1; 7 or more for a figure worth publishing
     * @param callsPerRound calls of each arm in each round
     * @param warmUpCalls calls of each arm before the first round
     */
    public record Plan(
            List<ProcessingGuarantee> guarantees, int rounds, int callsPerRound, int warmUpCalls, long seed) {
        public Plan {
            guarantees = List.copyOf(guarantees);
            if (guarantees.isEmpty() || rounds < 1 || callsPerRound < 1 || warmUpCalls < 0) {
                throw new IllegalArgumentException("bench: needs a guarantee, a round and a call at least, got "
                        + guarantees + ", " + rounds + ", " + callsPerRound);
            }
        }
    }

    /**
     * One guarantee's pair of arms.
     *
     * @param ratio pipeline's p50 over the chain's
     */
    public record Row(ProcessingGuarantee guarantee, ArmFigures chain, ArmFigures pipeline, double ratio) {}

    /**
     * Runs it all; minutes.
     *
     * @throws IllegalStateException when a gate failed: no figure counts then
     */
    public List<Row> run() {
        Deque<AutoCloseable> open = new ArrayDeque<>();
        try {
            var arms = new ArrayList<Sample>();
            for (var guarantee : plan.guarantees()) {
                arms.addAll(pair(guarantee, open));
            }
            var interleaved = new Interleaved(arms, plan.rounds(), plan.callsPerRound(), plan.seed());
            interleaved.warmUp(plan.warmUpCalls());
            return rows(interleaved.run());
        } finally {
            close(open);
        }
    }

    private List<Sample> pair(ProcessingGuarantee guarantee, Deque<AutoCloseable> open) {
        var data = temporaryDirectory();
        open.push(() -> delete(data));
        var stack = DevelopmentStack.start(configuration(data, guarantee), Map.of(), false);
        open.push(stack);
        var word = word(guarantee);
        var kafka = KafkaConnection.plain(stack.endpoints().kafka());
        var chain = new BareChain("bare chain beside " + word, kafka, PAYLOAD_BYTES);
        open.push(chain);
        var pipeline = new StreamedCall(
                "pipeline, " + word, stack.endpoints().http(), stack.endpoints().apiKey());
        open.push(pipeline);
        return List.of(chain, pipeline);
    }

    private List<Row> rows(List<ArmFigures> figures) {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < plan.guarantees().size(); i++) {
            var chain = figures.get(2 * i);
            var pipeline = figures.get(2 * i + 1);
            rows.add(new Row(plan.guarantees().get(i), chain, pipeline, pipeline.p50Micros() / chain.p50Micros()));
        }
        return rows;
    }

    private static Configuration configuration(Path data, ProcessingGuarantee guarantee) {
        var sources = new ConfigurationSources(Optional.empty(), Map.of(), Map.of())
                .withFlag("stack.data", "bench", data.resolve("stack").toString())
                .withFlag("stack.kafka-port", "bench", "0")
                .withFlag("stack.registry-port", "bench", "0")
                .withFlag("ingress.port", "bench", "0")
                .withFlag("management.port", "bench", "0")
                .withFlag("router.streams.guarantee", "bench", word(guarantee));
        return ConfigurationLoader.load(sources);
    }

    private static String word(ProcessingGuarantee guarantee) {
        return guarantee.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("millrace-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static void close(Deque<AutoCloseable> open) {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) { // AutoCloseable's own signature; the rest must still be closed
                LOG.atWarn().setCause(e).log("Could not clean up after the benchmark");
            }
        }
    }
}

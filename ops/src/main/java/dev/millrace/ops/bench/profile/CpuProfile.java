package dev.millrace.ops.bench.profile;

import dev.millrace.ops.bench.arm.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The CPU of a run's JVMs from a moment on. Begin it once they are warm; ask for the text when they have ended. */
public final class CpuProfile {
    private static final int MOST_ROWS = 14;

    private final Path recordings;
    private final List<ChildProcess> processes;
    private final Map<ChildProcess, ThreadCpu> before = new LinkedHashMap<>();
    private final Map<ChildProcess, ThreadCpu> used = new LinkedHashMap<>();
    private final Instant since = Instant.now();

    private CpuProfile(Path recordings, List<ChildProcess> processes) {
        this.recordings = recordings;
        this.processes = List.copyOf(processes);
        processes.forEach(process -> before.put(process, ThreadCpu.of(process.pid())));
    }

    /**
     * Begins to count.
     *
     * @param recordings where the processes leave {@code <name>.jfr} when they end
     */
    public static CpuProfile begin(Path recordings, List<ChildProcess> processes) {
        return new CpuProfile(
                recordings, processes.stream().filter(ChildProcess::isJava).toList());
    }

    /** Stops counting; the processes must still run. */
    public void end() {
        before.forEach(
                (process, cpu) -> used.put(process, ThreadCpu.of(process.pid()).since(cpu)));
    }

    /** One section for each process. */
    public String text() throws IOException {
        var text = new StringBuilder();
        for (var process : processes) {
            var threads = used.getOrDefault(process, new ThreadCpu(Map.of())).secondsByKind();
            double total =
                    threads.values().stream().mapToDouble(Double::doubleValue).sum();
            text.append(String.format(Locale.ROOT, "%n%s: %.1f CPU seconds%n", process.name(), total));
            rows(text, "kind of thread (as the system counts)", threads);
            var recording = recordings.resolve(process.name() + ".jfr");
            if (Files.exists(recording)) {
                var samples = Samples.of(recording, since);
                rows(text, "component (samples of Java threads)", doubles(samples.byComponent()));
                rows(text, "thread (samples of Java threads)", doubles(samples.byThread()));
            } else {
                text.append("  no recording in ").append(recording).append('\n');
            }
        }
        return text.toString();
    }

    private static Map<String, Double> doubles(Map<String, Long> counts) {
        var doubles = new LinkedHashMap<String, Double>();
        counts.forEach((name, count) -> doubles.put(name, (double) count));
        return doubles;
    }

    private static void rows(StringBuilder text, String title, Map<String, Double> values) {
        double total = values.values().stream().mapToDouble(Double::doubleValue).sum();
        text.append("  by ").append(title).append('\n');
        var rows = new ArrayList<>(values.entrySet());
        rows.sort(Map.Entry.<String, Double>comparingByValue().reversed());
        rows.stream()
                .limit(MOST_ROWS)
                .filter(row -> row.getValue() > 0)
                .forEach(row -> text.append(
                        String.format(Locale.ROOT, "    %5.1f %%  %s%n", 100 * row.getValue() / total, row.getKey())));
    }
}

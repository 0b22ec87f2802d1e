package dev.millrace.ops.bench.report;

import dev.millrace.ops.bench.arm.Arm;
import dev.millrace.ops.bench.arm.PortkeyGateway;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.AppInfoParser;

/** What a run ran on and of, and what was busy on it before. */
public record Machine(Map<String, String> facts) {
    private static final String UNKNOWN = "unknown";

    public Machine {
        facts = new LinkedHashMap<>(facts);
    }

    /** Looks now. */
    public static Machine look() {
        var facts = new LinkedHashMap<String, String>();
        var system = ManagementFactory.getOperatingSystemMXBean();
        facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("cpu", cpuModel());
        facts.put("cores", Integer.toString(system.getAvailableProcessors()));
        facts.put("load average before", Lines.number(system.getSystemLoadAverage()));
        facts.put("system", system.getName() + " " + system.getVersion() + " " + system.getArch());
        facts.put("java", Runtime.version().toString());
        facts.put("kafka", AppInfoParser.getVersion());
        revision().ifPresent(revision -> facts.put("revision", revision));
        return new Machine(facts);
    }

    /** The same with the versions of those other gateways that have a figure. */
    public Machine withPeersOf(Board board) {
        var all = new LinkedHashMap<>(facts);
        var arms = board.figures().stream().map(Figure::arm).collect(Collectors.toSet());
        if (arms.contains(Arm.Kind.PORTKEY.word())) {
            all.put("node", output("node", "--version").orElse(UNKNOWN));
            all.put("portkey", PortkeyGateway.VERSION);
        }
        if (arms.contains(Arm.Kind.NGINX.word())) {
            all.put("nginx", output("nginx", "-v").orElse(UNKNOWN));
        }
        return new Machine(all);
    }

    /** The commit that the launcher's directory is at, and whether files differ from it; empty where that is no repository. */
    private static Optional<String> revision() {
        var home = System.getProperty("millrace.home");
        if (home == null) {
            return Optional.empty();
        }
        return output("git", "-C", home, "rev-parse", "--short", "HEAD")
                .map(commit -> commit + (changed(home) ? " with changes" : ""));
    }

    private static boolean changed(String home) {
        return output("git", "--no-optional-locks", "-C", home, "status", "--porcelain", "--untracked-files=no")
                .filter(changes -> !changes.isEmpty())
                .isPresent();
    }

    private static String cpuModel() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** What a program prints; empty when it cannot be run or fails. */
    private static Optional<String> output(String... words) {
        try {
            var process = new ProcessBuilder(words).redirectErrorStream(true).start();
            var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.onExit().join().exitValue() == 0 ? Optional.of(text) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

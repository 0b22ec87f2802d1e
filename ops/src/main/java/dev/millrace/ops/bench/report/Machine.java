package dev.millrace.ops.bench.report;

import dev.millrace.ops.bench.arm.PortkeyGateway;
import dev.millrace.ops.bench.arm.Programs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;

/** What a run ran on, and what was busy on it before. */
public record Machine(Map<String, String> facts) {
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
        if (Programs.present("node")) {
            facts.put("node", output("node", "--version"));
        }
        facts.put("portkey", PortkeyGateway.VERSION);
        if (Programs.present("nginx")) {
            facts.put("nginx", output("nginx", "-v"));
        }
        return new Machine(facts);
    }

    private static String cpuModel() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String output(String... words) {
        try {
            var process = new ProcessBuilder(words).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}

package dev.millrace.ops.acceptance;

import dev.millrace.ops.fleet.ProcessPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How tests start processes: small JVMs, with their output in a file under {@code target}. */
final class Processes {
    private static final List<String> JVM = List.of("-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private Processes() {}

    /** {@code ./millrace <arguments>} in a directory; output of an earlier process of that name is kept above. */
    static ProcessPlan plan(String name, Path directory, Map<String, String> environment, List<String> arguments) {
        var log = Repository.root().resolve("ops/target/acceptance").resolve(name + ".log");
        return new ProcessPlan(name, directory, log, JVM, arguments, environment);
    }
}

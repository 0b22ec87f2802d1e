package dev.millrace.ops.bench.arm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What is alive in the heap of a JVM that this user runs. */
public final class Heap {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private Heap() {}

    /**
     * Bytes that are alive after a full collection, which this causes.
     *
     * @throws ArmFailure when the process does not tell
     */
    public static long liveBytes(ChildProcess process) {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            var asked = new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            var text = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            var total = TOTAL.matcher(text);
            if (!total.find()) {
                throw new ArmFailure("jcmd does not tell the heap of " + process.name() + ": "
                        + text.lines().limit(3).toList());
            }
            return Long.parseLong(total.group(1));
        } catch (IOException e) {
            throw new ArmFailure("jcmd cannot be run: " + e.getMessage(), e);
        }
    }

    /** The same over all JVMs of an arm; 0 when it has none. */
    public static long liveBytes(Arm arm) {
        return arm.processes().stream()
                .filter(ChildProcess::isJava)
                .mapToLong(Heap::liveBytes)
                .sum();
    }
}

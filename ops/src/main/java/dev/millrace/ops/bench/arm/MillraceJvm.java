package dev.millrace.ops.bench.arm;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Commands that run Millrace as its launcher does: the same options for servers, this process's class path and Java, and the launcher's
 * ahead-of-time cache where this process was started with it. What they start ends with this process, however that one ends.
 */
public final class MillraceJvm {
    private static final String MAIN = "dev.millrace.ops.cli.Main";
    private static final List<String> OPTIONS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseParallelGC",
            "-XX:+UseTransparentHugePages",
            "-Xms256m",
            "-Xmx2g",
            "-XX:+ExitOnOutOfMemoryError");

    private final @Nullable Path recordings;

    /** @param recordings where each process leaves a flight recording when it ends; null: none are made */
    public MillraceJvm(@Nullable Path recordings) {
        this.recordings = recordings;
    }

    /** {@code ./millrace <arguments>}. */
    ChildProcess.Command command(String name, Map<String, String> environment, List<String> arguments) {
        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(OPTIONS);
        words.addAll(inherited());
        words.add("-Dmillrace.parent-pid=" + ProcessHandle.current().pid());
        recording(name).ifPresent(words::add);
        words.addAll(List.of("-cp", classPath(), MAIN));
        words.addAll(arguments);
        return new ChildProcess.Command(name, words, environment, true);
    }

    private Optional<String> recording(String name) {
        return recordings == null
                ? Optional.empty()
                : Optional.of(
                        "-XX:StartFlightRecording=settings=profile,jdk.CPUTimeSample#enabled=true,dumponexit=true,filename="
                                + recordings.toAbsolutePath().resolve(name + ".jfr"));
    }

    private static List<String> inherited() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX:AOTCache=")
                        || option.startsWith("-Xlog:aot")
                        || option.startsWith("-Dmillrace.home="))
                .toList();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}

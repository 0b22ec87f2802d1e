package dev.millrace.ops.chaos.stage;

import dev.millrace.ops.fleet.ProcessPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the processes of a run are started: with small JVMs whose restarts are cheap. */
final class Launch {
    private static final List<String> SMALL =
            List.of("-XX:+UseSerialGC", "-XX:+UseTransparentHugePages", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final StagePlan plan;

    Launch(StagePlan plan) {
        this.plan = plan;
    }

    ProcessPlan process(String name, List<String> arguments, Map<String, String> environment) {
        var options = new ArrayList<>(SMALL);
        options.add(arguments.getFirst().equals("broker") ? "-Xmx320m" : "-Xmx256m");
        archive(arguments.getFirst()).ifPresent(archive -> options.addAll(archived(archive)));
        return new ProcessPlan(
                name,
                plan.work().resolve("home").resolve(name),
                plan.logs().resolve(name + ".log"),
                options,
                arguments,
                environment);
    }

    private Optional<Path> archive(String command) {
        return plan.archives().map(archives -> archives.resolve(command + ".jsa"));
    }

    /** Whether the first orderly end of such a process will write an archive. */
    boolean lacksArchive(String command) {
        return archive(command).filter(file -> !Files.exists(file)).isPresent();
    }

    /** Written when the first process of that kind ends in order, used by every later one. */
    private static List<String> archived(Path archive) {
        return List.of(
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + archive.toAbsolutePath(),
                "-Xlog:cds=off",
                "-Xlog:aot=off");
    }
}

package dev.millrace.ops.chaos.stage;

import dev.millrace.ops.chaos.schedule.ScheduleDraw.Cast;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which processes a run has, and where they live.
 *
 * @param work directory for their data and state
 * @param logs directory of their outputs
 * @param archives directory of the class archives that make starts cheap; empty for none
 * @param brokers 1 or 3
 * @param modules how many of each module, by command
 */
public record StagePlan(Path work, Path logs, Optional<Path> archives, int brokers, Map<String, Integer> modules) {
    /** The first of each goes through a proxy to the brokers. */
    private static final String PROXIED = "-1";

    /** Its state lies on a small disk. */
    private static final List<String> SMALL_DISKS = List.of("router-2", "billing-2");

    public StagePlan {
        modules = Map.copyOf(modules);
    }

    /** Three brokers and two of each module. */
    public static StagePlan full(Path work, Path logs, Optional<Path> archives) {
        return new StagePlan(
                work, logs, archives, 3, Map.of("ingress", 2, "egress", 2, "router", 2, "worker", 2, "billing", 2));
    }

    /** One broker, and of the modules as few as a fault run can do with: for a test suite. */
    public static StagePlan small(Path work, Path logs, Optional<Path> archives) {
        return new StagePlan(
                work, logs, archives, 1, Map.of("ingress", 2, "egress", 0, "router", 2, "worker", 2, "billing", 1));
    }

    /** Names of the modules' processes, by command. */
    Map<String, List<String>> moduleNames() {
        var names = new LinkedHashMap<String, List<String>>();
        for (var command : List.of("router", "billing", "worker", "ingress", "egress")) {
            names.put(
                    command,
                    IntStream.rangeClosed(1, modules.getOrDefault(command, 0))
                            .mapToObj(i -> command + "-" + i)
                            .toList());
        }
        return names;
    }

    List<String> names(String command) {
        return moduleNames().getOrDefault(command, List.of());
    }

    List<String> brokerNames() {
        return IntStream.rangeClosed(1, brokers).mapToObj(i -> "broker-" + i).toList();
    }

    boolean proxied(String name) {
        return name.endsWith(PROXIED);
    }

    static boolean hasState(String name) {
        return name.startsWith("router-") || name.startsWith("billing-");
    }

    /** Where it keeps that. */
    Path state(String name) {
        return work.resolve("state").resolve(name);
    }

    boolean onSmallDisk(String name) {
        return SMALL_DISKS.contains(name);
    }

    List<String> allModules() {
        return moduleNames().values().stream().flatMap(List::stream).toList();
    }

    /** Who can be hurt. */
    public Cast cast() {
        var victims = new ArrayList<String>();
        // what has state or calls in flight more often than what has none
        for (int i = 0; i < 2; i++) {
            victims.addAll(names("worker"));
            victims.addAll(names("router"));
        }
        victims.addAll(names("ingress"));
        victims.addAll(names("billing"));
        victims.addAll(names("egress"));
        victims.add("registry");
        return new Cast(
                victims,
                brokers >= 3 ? brokerNames() : List.of(),
                allModules().stream().filter(StagePlan::hasState).toList(),
                allModules().stream().filter(this::onSmallDisk).toList(),
                allModules().stream().filter(this::proxied).toList(),
                names("worker"));
    }
}

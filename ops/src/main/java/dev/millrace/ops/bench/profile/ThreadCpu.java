package dev.millrace.ops.bench.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * CPU seconds of a process by kind of thread: collector, compilers and the virtual machine's own threads among them. Threads that have
 * ended are not counted.
 *
 * @param secondsByKind in the order of their names
 */
record ThreadCpu(Map<String, Double> secondsByKind) {
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    ThreadCpu {
        secondsByKind = Map.copyOf(secondsByKind);
    }

    /** So far; empty where the system does not tell. */
    static ThreadCpu of(long pid) {
        var seconds = new TreeMap<String, Double>();
        try (var tasks = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (var task : tasks) {
                add(task, seconds);
            }
        } catch (IOException e) {
            return new ThreadCpu(Map.of());
        }
        return new ThreadCpu(seconds);
    }

    private static void add(Path task, Map<String, Double> seconds) {
        try {
            var stat = Files.readString(task.resolve("stat"));
            var name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            double ticks = Long.parseLong(fields[USER_TIME]) + (double) Long.parseLong(fields[SYSTEM_TIME]);
            seconds.merge(kind(name), ticks / TICKS_PER_SECOND, Double::sum);
        } catch (IOException e) {
            // it has ended meanwhile
        }
    }

    /** The name without what numbers it among its like; the system cuts names at 15 characters. */
    static String kind(String name) {
        return name.replaceAll("-[0-9a-f]{8}-.*$", "")
                .replaceAll("[-#_]+\\d+.*$", "")
                .replaceAll("[-#_ ]+$", "");
    }

    /** What came on top since an earlier look. */
    ThreadCpu since(ThreadCpu earlier) {
        var more = new TreeMap<String, Double>();
        secondsByKind.forEach(
                (kind, seconds) -> more.put(kind, seconds - earlier.secondsByKind.getOrDefault(kind, 0.0)));
        return new ThreadCpu(more);
    }
}

package dev.millrace.ops.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Processes by name; each name keeps its place (directory, log, arguments) over its restarts.
 *
 * <p>Every member is told {@code --endpoints FILE} and counts as ready once that file is there. Thread-safe; what is done to one member
 * is done one thing after the other.
 */
public final class Fleet implements AutoCloseable {
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(20).toNanos();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Member> members = new LinkedHashMap<>();

    /** One place. */
    private static final class Member {
        private final ProcessPlan plan;
        private final Path endpoints;
        private MillraceProcess process;
        private Duration cpuBefore = Duration.ZERO;
        private int starts = 1;

        Member(ProcessPlan plan) {
            this.endpoints = plan.home().resolve("endpoints.json").toAbsolutePath();
            var arguments = new ArrayList<>(plan.arguments());
            arguments.addAll(List.of("--endpoints", endpoints.toString()));
            this.plan = new ProcessPlan(
                    plan.name(), plan.home(), plan.log(), plan.jvmOptions(), arguments, plan.environment());
            this.process = launch();
        }

        private MillraceProcess launch() {
            try {
                Files.deleteIfExists(endpoints);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return MillraceProcess.start(plan);
        }

        private synchronized void restart() {
            if (process.alive()) {
                throw new FleetException(plan.name() + " still runs");
            }
            cpuBefore = cpuBefore.plus(process.cpuTime());
            process = launch();
            starts++;
        }

        private synchronized Use use() {
            return new Use(starts, cpuBefore.plus(process.cpuTime()).toMillis());
        }

        private synchronized MillraceProcess process() {
            return process;
        }
    }

    /**
     * What a member has used, over all its processes.
     *
     * @param starts how often it was started
     */
    public record Use(int starts, long cpuMillis) {}

    /** What every member has used so far, by name. */
    public Map<String, Use> uses() {
        var uses = new LinkedHashMap<String, Use>();
        names().forEach(name -> uses.put(name, member(name).use()));
        return uses;
    }

    /** Starts a new member; returns at once. */
    public void start(ProcessPlan plan) {
        synchronized (members) {
            if (members.containsKey(plan.name())) {
                throw new IllegalArgumentException("there is a " + plan.name() + " already");
            }
            members.put(plan.name(), new Member(plan));
        }
    }

    /** Starts a member again that has ended; returns at once. */
    public void restart(String name) {
        member(name).restart();
    }

    /** The member's present process. */
    public MillraceProcess process(String name) {
        return member(name).process();
    }

    /** True once it serves; until its end, however that comes. */
    public boolean ready(String name) {
        var member = member(name);
        return Files.exists(member.endpoints) && member.process().alive();
    }

    /**
     * Waits until the member serves.
     *
     * @throws FleetException when it ended, or does not serve in time
     */
    public void awaitReady(String name, Duration patience) {
        long giveUpNanos = System.nanoTime() + patience.toNanos();
        while (!ready(name)) {
            var process = process(name);
            if (!process.alive()) {
                throw new FleetException(name + " ended before it served; see "
                        + member(name).plan.log());
            }
            if (System.nanoTime() - giveUpNanos > 0) {
                throw new FleetException(name + " does not serve after " + patience + "; see "
                        + member(name).plan.log());
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    /** Waits until every member serves. */
    public void awaitReady(Duration patience) {
        names().forEach(name -> awaitReady(name, patience));
    }

    /** What the member said when it began to serve; empty while it starts. */
    public Optional<JsonNode> endpoints(String name) {
        var file = member(name).endpoints;
        try {
            return Files.exists(file) ? Optional.of(JSON.readTree(Files.readAllBytes(file))) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names in the order of their first start. */
    public List<String> names() {
        synchronized (members) {
            return List.copyOf(members.keySet());
        }
    }

    /** Output of all members. */
    public String output() {
        var all = new StringBuilder();
        everyone().forEach(member -> all.append(member.process().output()));
        return all.toString();
    }

    private Collection<Member> everyone() {
        synchronized (members) {
            return List.copyOf(members.values());
        }
    }

    private Member member(String name) {
        synchronized (members) {
            var member = members.get(name);
            if (member == null) {
                throw new IllegalArgumentException("there is no " + name + " among " + members.keySet());
            }
            return member;
        }
    }

    /** Ends all of them at once. */
    @Override
    public void close() {
        everyone().forEach(member -> member.process().close());
    }
}

package dev.millrace.ops.bench.arm;

import dev.millrace.ops.bench.load.Target;
import java.time.Duration;
import java.util.List;

/**
 * One way from a client to the mock vendor.
 *
 * @param processes all that the way costs, its broker included, the vendor not; none for the direct way
 */
public record Arm(Kind kind, Target target, List<ChildProcess> processes) {
    /** Which. */
    public enum Kind {
        /** Straight to the vendor. */
        DIRECT,
        /** Three produce-to-consume hops without logic; takes no calls. */
        CHAIN,
        /** {@code ./millrace up}. */
        MILLRACE,
        /** Broker, registry and each module as a process. */
        MILLRACE_PROCESSES,
        /** Portkey's gateway. */
        PORTKEY,
        /** A plain reverse proxy. */
        NGINX;

        /** As it stands on the command line and in reports. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        public boolean isMillrace() {
            return this == MILLRACE || this == MILLRACE_PROCESSES;
        }
    }

    public Arm {
        processes = List.copyOf(processes);
    }

    public String name() {
        return kind.word();
    }

    /** CPU time that its processes have used so far. */
    public Duration cpu() {
        return processes.stream().map(ChildProcess::cpu).reduce(Duration.ZERO, Duration::plus);
    }

    /** Memory of its processes in RAM. */
    public long residentBytes() {
        return processes.stream().mapToLong(ChildProcess::residentBytes).sum();
    }

    @Override
    public String toString() {
        return name();
    }
}

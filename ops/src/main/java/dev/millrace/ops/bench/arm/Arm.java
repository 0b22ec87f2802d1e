package dev.millrace.ops.bench.arm;

import dev.millrace.ops.bench.load.Target;
import java.time.Duration;
import java.util.List;

/**
 * One way from a client to the mock vendor.
 *
 * @param apart the same for calls that are meant to fail at some point: on an account of their own where there are accounts, and by other
 *     names on the vendor's invoice
 * @param processes all that the way costs, its broker included, the vendor not; none for the direct way
 */
public record Arm(Kind kind, Target target, Target apart, List<ChildProcess> processes) {
    /** Account of the calls that are kept apart. */
    static final String APART_ACCOUNT = "bench-apart";

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

    /** A way without accounts. */
    public Arm(Kind kind, Target target, List<ChildProcess> processes) {
        this(kind, target, target, processes);
    }

    public String name() {
        return kind.word();
    }

    /** CPU time that its processes have used so far; of one that has ended nothing, so only differences while all live count. */
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

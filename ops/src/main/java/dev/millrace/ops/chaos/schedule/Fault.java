package dev.millrace.ops.chaos.schedule;

import java.util.List;

/**
 * One thing that goes wrong.
 *
 * @param atMillis since the begin of the schedule
 * @param kind what
 * @param target the process it happens to
 * @param forMillis how long: until the dead is started again, the frozen goes on, the cut is mended
 * @param detail of a cut the passage that is left, of the vendor the failures drawn from; else empty
 * @param rate of the vendor's failures, 0 to 1; else 0
 */
public record Fault(long atMillis, Kind kind, String target, long forMillis, List<String> detail, double rate) {
    /** What can go wrong. */
    public enum Kind {
        /** kill −9. */
        KILL,
        /** kill −9 of a router or billing, and everything it had on disk is gone when it comes back. */
        LOSE_STATE,
        /** SIGSTOP, and SIGCONT later. */
        FREEZE,
        /** SIGTERM. */
        TERMINATE,
        /** The registry is killed and stays away. */
        REGISTRY_OUTAGE,
        /** The vendor fails some calls. */
        VENDOR_FAULTS,
        /** The disk of a process's state fills up. */
        DISK_FULL,
        /** Between a process and all brokers. */
        CUT_FROM_KAFKA,
        /** Between a worker and the vendor. */
        CUT_FROM_VENDOR
    }

    public Fault {
        detail = List.copyOf(detail);
        if (atMillis < 0 || forMillis < 0) {
            throw new IllegalArgumentException("a fault's times must not be negative: " + atMillis + ", " + forMillis);
        }
    }

    static Fault of(long atMillis, Kind kind, String target, long forMillis) {
        return new Fault(atMillis, kind, target, forMillis, List.of(), 0);
    }

    /** What kind of process the target is: its name without the number. */
    public String role() {
        int dash = target.lastIndexOf('-');
        return dash < 0 ? target : target.substring(0, dash);
    }

    /** The process is killed, with SIGKILL. */
    public boolean kills() {
        return kind == Kind.KILL || kind == Kind.LOSE_STATE || kind == Kind.REGISTRY_OUTAGE;
    }

    /** The process itself ends, so that it must be started again. */
    public boolean ends() {
        return kills() || kind == Kind.TERMINATE;
    }

    @Override
    public String toString() {
        var more = detail.isEmpty() ? "" : " " + detail + (rate > 0 ? " at " + rate : "");
        return "+" + atMillis + " ms " + kind + " " + target + " for " + forMillis + " ms" + more;
    }
}

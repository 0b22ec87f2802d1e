package dev.millrace.ops.cli;

/** What the process tells its caller. */
final class ExitCode {
    static final int FINE = 0;

    /** The work says no: a refused call, a failed job, topics that differ. */
    static final int NO = 1;

    /** Wrong arguments or configuration. */
    static final int USAGE = 2;

    /** Something that must run does not: broker, registry, server, network, disk. */
    static final int INFRASTRUCTURE = 3;

    private ExitCode() {}
}

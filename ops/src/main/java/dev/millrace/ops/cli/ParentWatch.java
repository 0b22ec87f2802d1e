package dev.millrace.ops.cli;

/** Ends this process when the one that it was started for has ended, however that came. */
final class ParentWatch {
    private static final String PROPERTY = "millrace.parent-pid";

    private ParentWatch() {}

    /** Watches the process that {@value #PROPERTY} names; nobody, when it names none. */
    static void begin() {
        var pid = Long.getLong(PROPERTY);
        if (pid == null) {
            return;
        }
        ProcessHandle.of(pid).ifPresentOrElse(ParentWatch::watch, ParentWatch::end);
    }

    private static void watch(ProcessHandle parent) {
        var _ = parent.onExit().thenRun(ParentWatch::end);
    }

    private static void end() {
        // nobody is left to tell, and nothing that an orderly end would save
        Runtime.getRuntime().halt(ExitCode.INFRASTRUCTURE);
    }
}

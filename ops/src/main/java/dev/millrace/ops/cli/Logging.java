package dev.millrace.ops.cli;

/** Chooses what is logged, before the first logger is made: {@code logback.xml} reads these properties. */
final class Logging {
    private static final String OURS = "millrace.log";
    private static final String OTHERS = "millrace.log.others";

    private Logging() {}

    /** A command that a person waits for says what went wrong itself. */
    static void forClient(boolean debug) {
        set(OURS, debug ? "DEBUG" : "WARN");
        set(OTHERS, debug ? "WARN" : "OFF");
    }

    /** A stack that a person watches: a broker and its clients that start together warn of each other. */
    static void forStack(boolean debug) {
        set(OURS, debug ? "DEBUG" : "WARN");
        set(OTHERS, debug ? "WARN" : "ERROR");
    }

    /** A process that an operator watches. */
    static void forProcess(boolean debug) {
        set(OURS, debug ? "DEBUG" : "INFO");
        set(OTHERS, "WARN");
    }

    private static void set(String property, String level) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, level);
        }
    }
}

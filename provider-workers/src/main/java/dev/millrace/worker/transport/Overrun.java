package dev.millrace.worker.transport;

/** The deadline that a call missed. */
public enum Overrun {
    CONNECT,
    FIRST_BYTE,
    FIRST_TOKEN,
    BETWEEN_EVENTS,
    /** Below the minimum rate. */
    RATE,
    /** What the request allows one attempt in all. */
    ATTEMPT,
    /** The job's own. */
    TOTAL
}

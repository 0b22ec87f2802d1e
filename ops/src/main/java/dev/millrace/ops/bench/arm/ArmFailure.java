package dev.millrace.ops.bench.arm;

/** An arm cannot be measured; the message says why, for the person who ran the benchmark. */
public final class ArmFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ArmFailure(String message) {
        super(message);
    }

    public ArmFailure(String message, Throwable cause) {
        super(message, cause);
    }
}

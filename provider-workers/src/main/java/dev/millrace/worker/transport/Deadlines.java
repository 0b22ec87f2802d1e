package dev.millrace.worker.transport;

/**
 * How long a vendor may take. What a call may take in all is not here: the job and its request say it, see {@link Allowance}.
 *
 * <p>A reply that is not streamed has no first token to wait for: most vendors send its head when all of it is ready. So the whole-reply
 * deadline bounds a vendor that hangs; its default leaves an interactive job of the default ten minutes time for another attempt. Once its
 * head is there, the deadlines between pieces and the minimum rate hold for it as for a stream.
 *
 * @param connectMillis until there is a connection; default 5 s
 * @param firstByteMillis of a streamed reply, from sending to its head; default 60 s
 * @param firstTokenMillis of a streamed reply, from sending to its first content; default 180 s
 * @param wholeReplyMillis of a reply that is not streamed, from sending to its head; default 300 s
 * @param betweenEventsMillis between two pieces that carry something, keep-alives do not count; default 60 s
 * @param rateWindowMillis window of the minimum rate; default 60 s
 * @param minBytesPerWindow fewer bytes that carry something in a window are a trickle; default 256
 */
public record Deadlines(
        long connectMillis,
        long firstByteMillis,
        long firstTokenMillis,
        long wholeReplyMillis,
        long betweenEventsMillis,
        long rateWindowMillis,
        long minBytesPerWindow) {
    public static final Deadlines DEFAULTS = new Deadlines(5_000, 60_000, 180_000, 300_000, 60_000, 60_000, 256);

    public Deadlines {
        require("connect", connectMillis);
        require("first-byte", firstByteMillis);
        require("first-token", firstTokenMillis);
        require("whole-reply", wholeReplyMillis);
        require("between-events", betweenEventsMillis);
        require("rate-window", rateWindowMillis);
        if (minBytesPerWindow < 0) {
            throw new IllegalArgumentException("worker.deadlines.min-bytes-per-window: must not be negative");
        }
    }

    /**
     * The same with the first-token deadline a request asks for. It bounds the wait for the head too, of a reply that is not streamed as well:
     * no content comes before the head.
     */
    public Deadlines withFirstToken(long millis) {
        return new Deadlines(
                connectMillis,
                Math.min(firstByteMillis, millis),
                millis,
                Math.min(wholeReplyMillis, millis),
                betweenEventsMillis,
                rateWindowMillis,
                minBytesPerWindow);
    }

    /** The same with the time that a request gives a reply that is not streamed, more or less than the default. */
    public Deadlines withWholeReply(long millis) {
        return new Deadlines(
                connectMillis,
                firstByteMillis,
                firstTokenMillis,
                millis,
                betweenEventsMillis,
                rateWindowMillis,
                minBytesPerWindow);
    }

    private static void require(String name, long millis) {
        if (millis < 1) {
            throw new IllegalArgumentException(
                    "worker.deadlines." + name + ": must be at least 1 ms, got " + millis + " ms");
        }
    }
}

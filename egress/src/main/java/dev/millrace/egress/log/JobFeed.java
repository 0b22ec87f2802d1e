package dev.millrace.egress.log;

import dev.millrace.avro.InferenceResult;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.ResultFold;
import dev.millrace.job.ResultFold.Accepted;
import dev.millrace.job.ResultFold.Answered;
import dev.millrace.job.ResultFold.Dropped;
import dev.millrace.job.ResultFold.Gap;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription: folds the job's records in log order and hands the events to the listener on its context.
 *
 * <p>Records come from two sides, the live tail and readers of the log, and are told apart by offset alone: {@link #nextOffset} is the
 * first one not folded yet, so nothing is folded twice. What the tail offers while a reader is at work is not kept, only remembered
 * as {@link #missedOffset}: the reader goes on until it has passed it, so nothing is left out. Thread-safe; never calls out while
 * holding its lock.
 */
final class JobFeed implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(JobFeed.class);
    private static final int MAX_EVENTS_PER_TURN = 256;
    private static final long ROOM_WAIT_MILLIS = 100;

    /** Where the next record comes from. */
    private enum Mode {
        LIVE,
        /** From the log, once the client has taken what it has. */
        BEHIND,
        /** A reader is at work, or asked for. */
        READING,
        /** From nowhere: the last event is in the buffer. */
        COMPLETE,
        CLOSED
    }

    /** What a feed needs of the log around it. */
    interface Surroundings {
        /** Asks for a reader. */
        void readBack(JobFeed feed);

        /** The feed wants no more records. */
        void forget(JobFeed feed);
    }

    private final FeedOrder order;
    private final Surroundings surroundings;
    private final ResultFold fold;
    private final EventBuffer buffer;
    private final Promise<Void> found = Promise.promise();
    private Mode mode;
    private long nextOffset = -1;
    private long missedOffset = -1;
    private boolean paused;
    /** A turn on the context is due. */
    private boolean hopped;

    private JobFeed(FeedOrder order, ResultsLogConfig limits, Surroundings surroundings, Mode mode) {
        this.order = order;
        this.surroundings = surroundings;
        this.fold = new ResultFold(order.account());
        this.buffer = new EventBuffer(limits.maxBufferedEvents(), limits.maxBufferedBytes());
        this.mode = mode;
    }

    /** A feed of a job that has no record yet. */
    static JobFeed live(FeedOrder order, ResultsLogConfig limits, Surroundings surroundings) {
        return new JobFeed(order, limits, surroundings, Mode.LIVE);
    }

    /** A feed that a reader must bring up to the present first. */
    static JobFeed reading(FeedOrder order, ResultsLogConfig limits, Surroundings surroundings) {
        return new JobFeed(order, limits, surroundings, Mode.READING);
    }

    FeedOrder order() {
        return order;
    }

    // ---- the live tail's side

    /**
     * Offers a record of the job.
     *
     * @return true when {@link #takeTurn()} has to be run on the feed's context
     */
    synchronized boolean offer(long offset, InferenceResult record, int sizeBytes) {
        if (offset < nextOffset) {
            return false;
        }
        switch (mode) {
            case LIVE -> {
                if (buffer.full()) {
                    return fallBehind(offset);
                }
                nextOffset = offset + 1;
                apply(record, sizeBytes);
            }
            case BEHIND, READING -> missedOffset = offset;
            case COMPLETE, CLOSED -> {}
        }
        return claimTurn();
    }

    /**
     * Leaves a record, and what follows it, to a reader of the log.
     *
     * @return true when {@link #takeTurn()} has to be run on the feed's context
     */
    synchronized boolean fallBehind(long offset) {
        missedOffset = Math.max(missedOffset, offset);
        if (mode == Mode.LIVE && offset >= nextOffset) {
            mode = Mode.BEHIND;
            nextOffset = offset;
        }
        return claimTurn();
    }

    // ---- the readers' side

    /** First offset the feed needs; -1 when it has read nothing and needs the job from its beginning. */
    synchronized long nextOffset() {
        return nextOffset;
    }

    /** Whether a reader has work to do here. */
    synchronized boolean reading() {
        return mode == Mode.READING;
    }

    /** Whether any record of the job was accepted. */
    synchronized boolean anyAccepted() {
        return fold.nextIndex() > 0;
    }

    /**
     * Takes a record from a reader; waits a moment for room.
     *
     * @return false when the reader should stop: the job has ended, the subscription too, or the client is slow
     */
    boolean read(long offset, InferenceResult record, int sizeBytes) throws InterruptedException {
        boolean turn;
        boolean more;
        synchronized (this) {
            if (mode != Mode.READING || !room()) {
                return false;
            }
            if (offset >= nextOffset) {
                nextOffset = offset + 1;
                apply(record, sizeBytes);
            }
            more = mode == Mode.READING;
            turn = claimTurn();
        }
        runTurn(turn);
        return more;
    }

    private boolean room() throws InterruptedException {
        long deadlineNanos = System.nanoTime() + ROOM_WAIT_MILLIS * 1_000_000;
        while (buffer.full() && !paused && mode == Mode.READING) {
            long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return !buffer.full();
    }

    /**
     * A reader has passed everything before {@code offset}.
     *
     * @return true when the feed is live (or over); false when the tail has seen later records of the job meanwhile: read on
     */
    synchronized boolean caughtUp(long offset) {
        if (mode == Mode.READING) {
            nextOffset = Math.max(nextOffset, offset);
            if (missedOffset >= nextOffset) {
                return false;
            }
            mode = Mode.LIVE;
        }
        return true;
    }

    /** A reader has stopped because the client is slow: another is asked for when the buffer is empty. */
    void park() {
        boolean turn;
        synchronized (this) {
            if (mode == Mode.READING) {
                mode = Mode.BEHIND;
            }
            turn = claimTurn();
        }
        runTurn(turn);
    }

    /** The job is known to exist. */
    void exists() {
        order.context().runOnContext(_ -> found.tryComplete());
    }

    /** Ends the subscription with an error, after the events that are in the buffer. */
    void lose(ErrorCode code, String message) {
        boolean turn;
        synchronized (this) {
            if (mode == Mode.COMPLETE || mode == Mode.CLOSED) {
                return;
            }
            lost(code, message);
            turn = claimTurn();
        }
        runTurn(turn);
    }

    // ---- the rule, applied; holding the lock

    private void apply(InferenceResult record, int sizeBytes) {
        switch (fold.apply(record)) {
            case Accepted(var index, var accepted, var restarted) -> {
                if (accepted.getTerminal() != null) {
                    complete(new JobEvent.Ended(index, accepted, restarted), sizeBytes);
                } else if (index > order.afterIndex()) {
                    buffer.add(new JobEvent.Chunk(index, accepted, restarted), sizeBytes);
                }
            }
            case Answered(var verdict) -> buffer.add(new JobEvent.Answered(verdict), sizeBytes);
            case Gap(var expectedSeq, var gotSeq) -> gap(expectedSeq, gotSeq);
            case Dropped _ -> {}
        }
    }

    private void gap(long expectedSeq, long gotSeq) {
        if (fold.nextIndex() == 0) {
            lost(ErrorCode.RESULT_EXPIRED, "the beginning of the job is not on the log any more");
        } else {
            lost(ErrorCode.RESULT_EXPIRED, "records " + expectedSeq + " to " + (gotSeq - 1) + " are not on the log");
        }
    }

    private void lost(ErrorCode code, String message) {
        complete(new JobEvent.Lost(code, message), 0);
    }

    private void complete(JobEvent last, int sizeBytes) {
        buffer.add(last, sizeBytes);
        mode = Mode.COMPLETE;
    }

    /** Whether the caller has to bring about a turn: there is something to do on the context and nobody has said so yet. */
    private boolean claimTurn() {
        boolean work = !buffer.isEmpty() || mode == Mode.BEHIND;
        boolean claimed = work && !hopped && !paused && mode != Mode.CLOSED;
        hopped |= claimed;
        return claimed;
    }

    private void runTurn(boolean claimed) {
        if (claimed) {
            order.context().runOnContext(_ -> takeTurn());
        }
    }

    // ---- the listener's side, on its context

    /** Delivers what is in the buffer. */
    void takeTurn() {
        for (int i = 0; i < MAX_EVENTS_PER_TURN; i++) {
            var event = next();
            if (event == null) {
                return;
            }
            deliver(event);
        }
        order.context().runOnContext(_ -> takeTurn());
    }

    private void deliver(JobEvent event) {
        boolean last = event instanceof JobEvent.Ended || event instanceof JobEvent.Lost;
        try {
            order.listener().onEvent(event);
        } catch (RuntimeException e) {
            // a broken listener must not take down those that share its turn
            LOG.atError().addKeyValue("jobId", order.id()).setCause(e).log("listener failed, its subscription ends");
            last = true;
        }
        if (event instanceof JobEvent.Chunk || event instanceof JobEvent.Ended) {
            found.tryComplete();
        }
        if (last) {
            cancel();
        }
    }

    private @Nullable JobEvent next() {
        boolean readBack;
        JobEvent event;
        synchronized (this) {
            event = paused || mode == Mode.CLOSED ? null : buffer.poll();
            readBack = event == null && mode == Mode.BEHIND && !paused;
            if (readBack) {
                mode = Mode.READING;
            }
            if (event == null) {
                hopped = false;
            } else if (!buffer.full()) {
                notifyAll();
            }
        }
        if (readBack) {
            surroundings.readBack(this);
        }
        return event;
    }

    @Override
    public void cancel() {
        synchronized (this) {
            if (mode == Mode.CLOSED) {
                return;
            }
            mode = Mode.CLOSED;
            buffer.clear();
            notifyAll();
        }
        surroundings.forget(this);
    }

    @Override
    public synchronized void pause() {
        paused = true;
        notifyAll();
    }

    @Override
    public void resume() {
        boolean turn;
        synchronized (this) {
            paused = false;
            turn = claimTurn();
        }
        runTurn(turn);
    }

    @Override
    public Future<Void> found() {
        return found.future();
    }
}

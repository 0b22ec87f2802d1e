package dev.millrace.egress.log;

import io.vertx.core.Future;

/**
 * One listener's place in one job. All methods return at once and may be called from any thread; called on the subscriber's context
 * they take effect before the next event.
 */
public interface Subscription {
    /** Ends the subscription: no event is delivered any more. Does nothing when it has ended. */
    void cancel();

    /**
     * Holds events back until {@link #resume()}. Memory stays bounded however long the pause: what does not fit is read from the log
     * again.
     */
    void pause();

    /** Lets events flow again. */
    void resume();

    /**
     * Completes on the subscriber's context when the job is known to exist: its first event has been delivered, or its request is on
     * the log. Never fails; a job that does not exist is told as {@link JobEvent.Lost}.
     */
    Future<Void> found();
}

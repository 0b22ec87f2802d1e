package dev.millrace.egress.delivery;

import dev.millrace.egress.http.SseStream;
import dev.millrace.egress.log.JobLog;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/**
 * Writes a job into an open HTTP response, in the format that the caller gives.
 *
 * <p>Order of calls for a new job: {@link #open} before publishing; {@link Delivery#accepted()} once the log has acknowledged the
 * request, or {@link Delivery#withdraw()} when it has not. Nothing is written before {@code accepted()}. All calls on the
 * response's context.
 *
 * <p>The status is written with the first event, so that a job that fails before it said anything is an HTTP error; a stream that has
 * nothing to say for one keep-alive period gets its status then, and a later failure is an error frame.
 */
public final class AnswerDelivery {
    private final Vertx vertx;
    private final JobLog log;
    private final Duration keepAlive;

    public AnswerDelivery(Vertx vertx, JobLog log) {
        this(vertx, log, SseStream.KEEP_ALIVE);
    }

    /**
     * A delivery over a log.
     *
     * @param keepAlive after which a silent stream shows that it is alive
     */
    public AnswerDelivery(Vertx vertx, JobLog log, Duration keepAlive) {
        this.vertx = vertx;
        this.log = log;
        this.keepAlive = keepAlive;
    }

    /** One answer on its way to one client. */
    public interface Delivery {
        /** The request is on the log with {@code acks=all}: from now on the response belongs to the delivery. */
        void accepted();

        /** The request was not published: the subscription ends, and the response is the caller's again. */
        void withdraw();

        /** Completes when the response has ended or the client has gone; not after {@link #withdraw()}. Never fails. */
        Future<Void> ended();
    }

    /** The client's connection closed before the answer was complete. */
    @FunctionalInterface
    public interface ClientGone {
        /** Called at most once, and only for a job whose request was accepted. */
        void onClientGone(JobId job);
    }

    /**
     * Subscribes to a job that is about to be published.
     *
     * <p>Where the verdict says that the submit repeats an earlier one, the earlier job is delivered instead, from its start and under
     * its own id; where it conflicts, 422 is answered. For an earlier job {@code clientGone} is never called: another client may be
     * reading it.
     */
    public Delivery open(
            JobId job, AccountId account, HttpServerResponse response, AnswerFormats formats, ClientGone clientGone) {
        var answer = new Answering(vertx, log, keepAlive, account, response, formats, clientGone);
        answer.follow(job);
        return answer;
    }

    /** Delivers a job that is on the log already, from its start. The response belongs to the delivery at once. */
    public Delivery replay(JobId job, AccountId account, HttpServerResponse response, AnswerFormats formats) {
        var answer = new Answering(vertx, log, keepAlive, account, response, formats, _ -> {});
        answer.replay(job);
        answer.accepted();
        return answer;
    }
}

package dev.millrace.egress.jobs;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.Verdict;
import dev.millrace.avro.VerdictKind;
import dev.millrace.egress.access.Principal;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.http.JobHeaders;
import dev.millrace.egress.http.SseStream;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.JobLog;
import dev.millrace.egress.log.Subscription;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One job's events on their way to one client. The status is sent once the job is known to exist, so a job that does not is 404; 204
 * tells a client that has the last event already not to come back.
 */
final class EventsAnswer {
    private final HttpServerResponse response;
    private final EventWriter writer;
    private final SseStream stream;
    private @Nullable Subscription subscription;
    private boolean over;

    private EventsAnswer(Vertx vertx, HttpServerResponse response, Duration keepAlive, EventWriter writer) {
        this.response = response;
        this.writer = writer;
        this.stream = new SseStream(vertx, response, keepAlive, () -> {});
    }

    /**
     * Subscribes and answers.
     *
     * @param readAfter index after which the writer needs events
     */
    static void begin(
            Vertx vertx,
            JobLog log,
            Duration keepAlive,
            RoutingContext context,
            JobId job,
            long readAfter,
            EventWriter writer) {
        var response = context.response();
        var answer = new EventsAnswer(vertx, response, keepAlive, writer);
        JobHeaders.put(response, job);
        response.closeHandler(_ -> answer.stop());
        response.exceptionHandler(_ -> answer.stop());
        var account = Principal.of(context).account();
        var subscription = log.resume(job, account, readAfter, answer::onEvent);
        answer.subscription = subscription;
        subscription.found().onSuccess(_ -> answer.begin());
    }

    private void begin() {
        if (!over) {
            stream.begin();
        }
    }

    private void onEvent(JobEvent event) {
        if (over || subscription == null) {
            return;
        }
        switch (event) {
            case JobEvent.Lost(var code, var message) -> fail(code.detail(message));
            case JobEvent.Answered(var verdict) -> decided(verdict);
            case JobEvent.Chunk _, JobEvent.Ended _ -> send(writer.render(event), subscription);
        }
    }

    private void send(EventWriter.Rendered rendered, Subscription source) {
        stream.write(rendered.frames(), source);
        if (rendered.last()) {
            stop();
            if (!response.headWritten()) {
                response.setStatusCode(204);
            }
            stream.end();
        }
    }

    private void decided(Verdict verdict) {
        if (verdict.getKind() == VerdictKind.DUPLICATE || verdict.getKind() == VerdictKind.CONFLICT) {
            fail(ErrorCode.JOB_NOT_FOUND.detail("no such job"));
        }
    }

    private void fail(ErrorDetail error) {
        stop();
        if (response.headWritten()) {
            response.write(writer.failure(error));
            stream.end();
        } else {
            ErrorFormat.PROBLEM.send(response, error);
        }
    }

    private void stop() {
        over = true;
        stream.stop();
        if (subscription != null) {
            subscription.cancel();
        }
    }
}

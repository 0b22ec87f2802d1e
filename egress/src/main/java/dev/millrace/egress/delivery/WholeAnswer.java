package dev.millrace.egress.delivery;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.http.JobHeaders;
import dev.millrace.egress.http.TerminalErrors;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.Subscription;
import dev.millrace.egress.reply.ReplyBuilder;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import io.vertx.core.http.HttpServerResponse;

/** An answer as one body, put together as the deltas come. A restart is no matter: only the last execution is answered. */
final class WholeAnswer implements AnswerWriter {
    private final HttpServerResponse response;
    private final JobId job;
    private final WholeFormat format;
    private final ReplyBuilder reply;
    private long createdAtMillis;

    WholeAnswer(HttpServerResponse response, JobId job, WholeFormat format) {
        this.response = response;
        this.job = job;
        this.format = format;
        this.reply = new ReplyBuilder(format.maxBytes());
        this.createdAtMillis = job.createdAtMillis().orElse(0);
    }

    @Override
    public void begin() {}

    @Override
    public boolean write(JobEvent event, Subscription source) {
        return switch (event) {
            case JobEvent.Chunk(var _, var record, var restarted) -> {
                add(record, restarted);
                yield false;
            }
            case JobEvent.Ended(var _, var record, var restarted) -> {
                add(record, restarted);
                end(record);
                yield true;
            }
            case JobEvent.Lost(var code, var message) -> {
                fail(code.detail(message));
                yield true;
            }
            case JobEvent.Answered _ -> false;
        };
    }

    private void add(InferenceResult record, boolean restarted) {
        if (createdAtMillis == 0) {
            createdAtMillis = record.getCreatedAtMillis();
        }
        reply.add(record, restarted);
        if (!reply.truncated()) {
            format.observe(record, restarted);
        }
    }

    private void end(InferenceResult last) {
        JobHeaders.put(response, last);
        if (!format.answers(last.getTerminal())) {
            fail(TerminalErrors.of(last.getTerminal()));
        } else if (reply.truncated()) {
            fail(tooLarge());
        } else {
            var body = format.body(reply.build(), last, createdAtMillis);
            response.putHeader("Content-Type", body.contentType());
            response.end(body.content());
        }
    }

    private ErrorDetail tooLarge() {
        return ErrorCode.RESULT_TOO_LARGE.detail(
                "the answer is larger than " + format.maxBytes() + " bytes; read it at /v1/jobs/" + job + "/events");
    }

    @Override
    public void fail(ErrorDetail error) {
        format.errors().send(response, error);
    }

    @Override
    public void stop() {}
}

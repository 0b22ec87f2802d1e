package dev.millrace.egress.openai;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.http.JobHeaders;
import dev.millrace.egress.http.TerminalErrors;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.Subscription;
import dev.millrace.egress.reply.ReplyBuilder;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import io.vertx.core.http.HttpServerResponse;

/** A chat completion as one body, put together as the deltas come. A restart is no matter: only the last execution is answered. */
final class WholeChat implements ChatWriter {
    /** Of content; a larger answer can be read as events. */
    static final int MAX_BYTES = 16 << 20;

    private final HttpServerResponse response;
    private final JobId job;
    private final ChatOptions options;
    private final ReplyBuilder reply = new ReplyBuilder(MAX_BYTES);
    private long createdAtMillis;

    WholeChat(HttpServerResponse response, JobId job, ChatOptions options) {
        this.response = response;
        this.job = job;
        this.options = options;
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
    }

    private void end(InferenceResult last) {
        JobHeaders.put(response, last);
        if (last.getTerminal().getStatus() != JobStatus.COMPLETED) {
            fail(TerminalErrors.of(last.getTerminal()));
        } else if (reply.truncated()) {
            fail(tooLarge());
        } else {
            response.putHeader("Content-Type", "application/json");
            response.end(ChatCompletion.body(job, options.model(), reply.build(), last, createdAtMillis)
                    .toString());
        }
    }

    private ErrorDetail tooLarge() {
        return ErrorCode.RESULT_TOO_LARGE.detail(
                "the answer is larger than " + MAX_BYTES + " bytes; read it at /v1/jobs/" + job + "/events");
    }

    @Override
    public void fail(ErrorDetail error) {
        ErrorFormat.OPENAI.send(response, error);
    }

    @Override
    public void stop() {}
}

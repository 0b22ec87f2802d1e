package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.reply.Reply;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import org.jspecify.annotations.Nullable;

/**
 * A response as one object. It is put together from the deltas in their order, which tells where items begin and a reply in no dialect
 * does not. Not thread-safe.
 */
public final class WholeResponse implements WholeFormat {
    /** Of content; a larger answer can be read as events. */
    private static final long MOST_BYTES = WholeFormat.MAX_BYTES;

    private final JobId job;
    private final OutputFold fold;
    private final EventLog log = new EventLog();
    private final ResponseObject response;
    private @Nullable InferenceResult last;
    private long bytes;

    public WholeResponse(JobId job, ResponsesOptions options) {
        this.job = job;
        this.fold = new OutputFold(job, log);
        this.response = new ResponseObject(job, options);
    }

    @Override
    public void observe(InferenceResult record, boolean restarted) {
        take(record, restarted);
    }

    @Override
    public Body body(Reply reply, InferenceResult end, long createdAtMillis) {
        return Body.json(now("in_progress"));
    }

    /** Adds what a record says. */
    void take(InferenceResult record, boolean restarted) {
        response.answeredBy(record.getModel(), record.getCreatedAtMillis());
        if (restarted) {
            fold.restart();
            bytes = 0;
        }
        for (var delta : record.getDeltas()) {
            if (bytes <= MOST_BYTES) {
                fold.add(delta);
            }
        }
        for (var event : log.take()) {
            bytes += event.path("delta").asText().length()
                    + event.path("item").path("result").asText().length();
        }
        last = record;
    }

    /** An error when the answer does not fit into one object; null when it does. */
    @Nullable
    ErrorDetail tooLarge() {
        return bytes <= MOST_BYTES
                ? null
                : ErrorCode.RESULT_TOO_LARGE.detail("the answer is larger than " + MOST_BYTES
                        + " bytes; read it as a stream at /v1/responses/" + ResponseIds.of(job) + "?stream=true");
    }

    /**
     * The response as it stands.
     *
     * @param status of a job that has not ended
     */
    public ObjectNode now(String status) {
        var record = last;
        if (record == null || record.getTerminal() == null) {
            return response.open(status, fold.output());
        }
        fold.end();
        return response.ended(record.getTerminal(), fold);
    }

    /** The items as they stand. */
    ArrayNode output() {
        return fold.output();
    }
}

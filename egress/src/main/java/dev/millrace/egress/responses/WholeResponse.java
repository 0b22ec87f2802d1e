package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.egress.delivery.BinaryFormat;
import dev.millrace.egress.http.TerminalErrors;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A response as one object. It is put together from the deltas in their order, which tells where items begin and a reply in no dialect
 * does not: hence a format that is fed with events and answers with the last. Not thread-safe.
 */
public final class WholeResponse implements BinaryFormat {
    /** Of content; a larger answer can be read as events. */
    static final long MAX_BYTES = 16L << 20;

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
    public Piece next(JobEvent event) {
        return switch (event) {
            case JobEvent.Chunk(var _, var record, var restarted) -> {
                take(record, restarted);
                yield new Piece.Bytes(Buffer.buffer(), "application/json");
            }
            case JobEvent.Ended(var _, var record, var restarted) -> {
                take(record, restarted);
                yield end(record);
            }
            case JobEvent.Lost(var code, var message) -> new Piece.Failed(code.detail(message));
            case JobEvent.Answered _ -> new Piece.Bytes(Buffer.buffer(), "application/json");
        };
    }

    /** Adds what a record says. */
    void take(InferenceResult record, boolean restarted) {
        response.answeredBy(record.getModel(), record.getCreatedAtMillis());
        if (restarted) {
            fold.restart();
            bytes = 0;
        }
        for (var delta : record.getDeltas()) {
            if (bytes <= MAX_BYTES) {
                fold.add(delta);
            }
        }
        for (var event : log.take()) {
            bytes += event.path("delta").asText().length()
                    + event.path("item").path("result").asText().length();
        }
        last = record;
    }

    private Piece end(InferenceResult record) {
        var terminal = record.getTerminal();
        if (terminal.getStatus() != JobStatus.COMPLETED) {
            return new Piece.Failed(TerminalErrors.of(terminal));
        }
        var error = tooLarge();
        return error != null
                ? new Piece.Failed(error)
                : new Piece.Last(Buffer.buffer(now("in_progress").toString()), "application/json");
    }

    /** An error when the answer does not fit into one object; null when it does. */
    @Nullable
    ErrorDetail tooLarge() {
        return bytes <= MAX_BYTES
                ? null
                : ErrorCode.RESULT_TOO_LARGE.detail("the answer is larger than " + MAX_BYTES
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

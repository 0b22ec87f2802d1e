package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.delivery.StreamFormat;
import dev.millrace.egress.http.TerminalErrors;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import java.util.List;

/**
 * Turns the events of a job into the events of a response. The same job gives the same events with the same numbers, on every replica, so
 * a reader resumes anywhere by the last number it has.
 *
 * <p>A job that did not complete ends with {@code error} and {@code response.failed}. Not thread-safe; one instance per reader, fed from
 * event 0.
 */
public final class ResponsesStream implements StreamFormat {
    private final JobId job;
    private final boolean acceptRestart;
    private final long after;
    private final EventLog log = new EventLog();
    private final OutputFold fold;
    private final ResponseObject response;
    private boolean begun;

    /**
     * A stream.
     *
     * @param after number of the last event the reader has; -1 for all
     */
    public ResponsesStream(JobId job, ResponsesOptions options, long after) {
        this.job = job;
        this.acceptRestart = options.acceptRestart();
        this.after = after;
        this.fold = new OutputFold(job, log);
        this.response = new ResponseObject(job, options);
    }

    @Override
    public Output next(JobEvent event) {
        return switch (event) {
            case JobEvent.Chunk(var _, var record, var restarted) ->
                restarted && !acceptRestart ? refused() : content(record, restarted);
            case JobEvent.Ended(var _, var record, var restarted) ->
                restarted && !acceptRestart ? refused() : end(record, restarted);
            case JobEvent.Lost(var code, var message) -> new Output.Failed(List.of(), code.detail(message));
            case JobEvent.Answered _ -> new Output.Frames(List.of());
        };
    }

    private Output refused() {
        return new Output.Failed(
                List.of(),
                ErrorCode.STREAM_RESTARTED.detail("another attempt has taken over and begins anew; read it at /v1/jobs/"
                        + job + "/events, or send millrace.accept_restart with the request"));
    }

    private Output content(InferenceResult record, boolean restarted) {
        take(record, restarted);
        return new Output.Frames(frames());
    }

    private void take(InferenceResult record, boolean restarted) {
        response.answeredBy(record.getModel(), record.getCreatedAtMillis());
        if (restarted) {
            fold.restart();
            log.add("millrace.restarted").put("provider", record.getProvider()).put("attempt", record.getAttempt());
        }
        if (!record.getDeltas().isEmpty()) {
            begin();
        }
        record.getDeltas().forEach(fold::add);
    }

    private void begin() {
        if (!begun) {
            begun = true;
            open("response.created", "in_progress");
            open("response.in_progress", "in_progress");
        }
    }

    private void open(String type, String status) {
        log.add(type).set("response", response.open(status, JsonNodeFactory.instance.arrayNode()));
    }

    private Output end(InferenceResult record, boolean restarted) {
        take(record, restarted);
        var terminal = record.getTerminal();
        if (terminal.getStatus() == JobStatus.COMPLETED) {
            begin();
            fold.end();
            ended(terminal);
            return new Output.Last(frames());
        }
        var error = TerminalErrors.of(terminal);
        if (!begun) {
            return new Output.Failed(frames(), error);
        }
        fold.end();
        error(error);
        ended(terminal);
        return new Output.Last(frames());
    }

    private void ended(Terminal terminal) {
        var object = response.ended(terminal, fold);
        var type = switch (object.path("status").asText()) {
            case "completed" -> "response.completed";
            case "incomplete" -> "response.incomplete";
            default -> "response.failed";
        };
        log.add(type).set("response", object);
    }

    private void error(ErrorDetail error) {
        log.add("error")
                .put("code", error.getCode())
                .put("message", error.getMessage())
                .put("param", error.getParam());
    }

    private List<String> frames() {
        return log.take().stream()
                .filter(event -> event.path("sequence_number").asLong() > after)
                .map(ResponsesStream::frame)
                .toList();
    }

    private static String frame(ObjectNode event) {
        return "event: " + event.path("type").asText() + "\nid: "
                + event.path("sequence_number").asLong() + "\ndata: " + event + "\n\n";
    }

    /** This reading has failed, which need not be the job's end: only an {@code error}. */
    @Override
    public String failure(ErrorDetail error) {
        log.take();
        error(error);
        return String.join("", log.take().stream().map(ResponsesStream::frame).toList());
    }
}

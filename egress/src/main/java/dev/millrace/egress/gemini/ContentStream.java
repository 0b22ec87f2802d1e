package dev.millrace.egress.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.delivery.StreamFormat;
import dev.millrace.egress.gemini.GeminiAnswers.Framing;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.http.TerminalErrors;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the events of a job into the responses of a {@code streamGenerateContent}. Pure: the same events give the same bytes, on every
 * replica.
 *
 * <p>Only the last response has finish reasons and usage; a job that did not complete ends with an error object and without them. Not
 * thread-safe; one instance per reader, fed from event 0.
 */
final class ContentStream implements StreamFormat {
    private final JobId job;
    private final Framing framing;
    private final boolean acceptRestart;
    private final ContentBuilder content;
    private boolean begun;

    ContentStream(JobId job, Framing framing, boolean acceptRestart, String model) {
        this.job = job;
        this.framing = framing;
        this.acceptRestart = acceptRestart;
        this.content = new ContentBuilder(job, model);
    }

    @Override
    public ErrorFormat errors() {
        return GeminiAnswers.errors();
    }

    @Override
    public String contentType() {
        return framing == Framing.EVENTS ? "text/event-stream" : "application/json; charset=UTF-8";
    }

    /** A blank line: the vendor sends no comments, and its own clients do not expect any. */
    @Override
    public String keepAlive() {
        return framing == Framing.EVENTS ? "\r\n" : "";
    }

    @Override
    public Output next(JobEvent event) {
        return switch (event) {
            case JobEvent.Chunk(var _, var record, var restarted) ->
                restarted && !acceptRestart ? refuseRestart() : new Output.Frames(chunk(record, restarted));
            case JobEvent.Ended(var _, var record, var restarted) ->
                restarted && !acceptRestart ? refuseRestart() : end(record, restarted);
            case JobEvent.Lost(var code, var message) -> new Output.Failed(List.of(), code.detail(message));
            case JobEvent.Answered _ -> new Output.Frames(List.of());
        };
    }

    private Output refuseRestart() {
        return new Output.Failed(
                List.of(),
                ErrorCode.STREAM_RESTARTED.detail("another attempt has taken over and begins anew; read it at /v1/jobs/"
                        + job + "/events, or send millrace.accept_restart with the request"));
    }

    private List<String> chunk(InferenceResult record, boolean restarted) {
        var frames = restart(record, restarted);
        content.add(record);
        var chunk = content.chunk();
        if (chunk != null) {
            frames.add(frame(chunk));
        }
        return frames;
    }

    private List<String> restart(InferenceResult record, boolean restarted) {
        var frames = new ArrayList<String>();
        if (restarted) {
            content.restart();
            var notice = ContentJson.object();
            notice.putObject(ContentJson.OURS)
                    .put("restarted", true)
                    .put("provider", record.getProvider())
                    .put("attempt", record.getAttempt());
            frames.add(frame(notice));
        }
        return frames;
    }

    private Output end(InferenceResult record, boolean restarted) {
        Terminal terminal = record.getTerminal();
        if (terminal.getStatus() != JobStatus.COMPLETED) {
            return new Output.Failed(chunk(record, restarted), TerminalErrors.of(terminal));
        }
        var frames = restart(record, restarted);
        content.add(record);
        frames.add(frame(content.last(terminal)));
        if (framing == Framing.ARRAY) {
            frames.add("]");
        }
        return new Output.Last(frames);
    }

    @Override
    public String failure(ErrorDetail error) {
        var frame = frame(errors().body(error));
        return framing == Framing.ARRAY ? frame + "]" : frame;
    }

    private String frame(JsonNode node) {
        var before = begun ? ",\r\n" : "[";
        begun = true;
        return framing == Framing.EVENTS ? "data: " + node + "\r\n\r\n" : before + node;
    }
}

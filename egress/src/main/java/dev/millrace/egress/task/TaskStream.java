package dev.millrace.egress.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.delivery.StreamFormat;
import dev.millrace.egress.http.TerminalErrors;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** Server-sent events of an operation: what all of them do with restarts, failures and ends. Not thread-safe. */
abstract class TaskStream implements StreamFormat {
    private final boolean acceptRestart;

    TaskStream(boolean acceptRestart) {
        this.acceptRestart = acceptRestart;
    }

    /** The frames that say a delta; none when there is no word for it. */
    abstract List<String> render(Delta delta);

    /** The last frames of a job that completed. */
    abstract List<String> done(InferenceResult last);

    /** What was said before is void. */
    abstract void restart();

    @Override
    public final Output next(JobEvent event) {
        return switch (event) {
            case JobEvent.Chunk(var _, var record, var restarted) ->
                restarted && !acceptRestart ? refused() : new Output.Frames(content(record, restarted));
            case JobEvent.Ended(var _, var record, var restarted) ->
                restarted && !acceptRestart ? refused() : end(record, content(record, restarted));
            case JobEvent.Lost(var code, var message) -> new Output.Failed(List.of(), code.detail(message));
            case JobEvent.Answered _ -> new Output.Frames(List.of());
        };
    }

    private static Output refused() {
        return new Output.Failed(
                List.of(),
                ErrorCode.STREAM_RESTARTED.detail(
                        "another attempt has taken over and begins anew; send millrace.accept_restart to read on"));
    }

    private List<String> content(InferenceResult record, boolean restarted) {
        var frames = new ArrayList<String>();
        if (restarted) {
            restart();
            var told = TaskJson.object().put("type", "millrace.restarted");
            frames.add(frame("millrace.restarted", told.put("attempt", record.getAttempt())));
        }
        record.getDeltas().forEach(delta -> frames.addAll(render(delta)));
        return frames;
    }

    private Output end(InferenceResult record, List<String> frames) {
        if (record.getTerminal().getStatus() != JobStatus.COMPLETED) {
            return new Output.Failed(frames, TerminalErrors.of(record.getTerminal()));
        }
        frames.addAll(done(record));
        return new Output.Last(frames);
    }

    @Override
    public final String failure(ErrorDetail error) {
        var data = TaskJson.object().put("type", "error");
        data.setAll(errors().body(error));
        return frame("error", data);
    }

    /** A frame whose event is named like the {@code type} of its data. */
    static String frame(String event, ObjectNode data) {
        return "event: " + event + "\ndata: " + data + "\n\n";
    }
}

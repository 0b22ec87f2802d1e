package dev.millrace.egress.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.delivery.StreamFormat;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.http.TerminalErrors;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the events of a job into the events of a streamed message: {@code message_start}, the content blocks, {@code message_delta} with
 * the cumulative usage, {@code message_stop}.
 *
 * <p>Counts are known at the end only: {@code message_start} says 0, as the vendor's clients overwrite it from {@code message_delta}. A
 * job that did not complete ends with {@code event: error} and without {@code message_stop}. Pure; not thread-safe; one instance per
 * reader, fed from event 0.
 */
public final class MessageStream implements StreamFormat {
    private final JobId id;
    private final MessagesAnswer options;
    private ContentCourse course;
    private String model;
    private boolean begun;

    public MessageStream(JobId id, MessagesAnswer options) {
        this.id = id;
        this.options = options;
        this.model = options.model();
        this.course = new ContentCourse(id);
    }

    @Override
    public ErrorFormat errors() {
        return ErrorFormat.ANTHROPIC;
    }

    @Override
    public String failure(ErrorDetail error) {
        return frame("error", ErrorFormat.ANTHROPIC.body(error));
    }

    @Override
    public String keepAlive() {
        return frame("ping", MessageJson.typed("ping"));
    }

    @Override
    public Output next(JobEvent event) {
        return switch (event) {
            case JobEvent.Chunk(var _, var record, var restarted) -> {
                if (restarted && !options.acceptRestart()) {
                    yield restartRefused();
                }
                yield new Output.Frames(content(record, restarted));
            }
            case JobEvent.Ended(var _, var record, var restarted) -> {
                if (restarted && !options.acceptRestart()) {
                    yield restartRefused();
                }
                yield end(record.getTerminal(), content(record, restarted));
            }
            case JobEvent.Lost(var code, var message) -> new Output.Failed(List.of(), code.detail(message));
            case JobEvent.Answered _ -> new Output.Frames(List.of());
        };
    }

    private Output restartRefused() {
        return new Output.Failed(
                List.of(),
                ErrorCode.STREAM_RESTARTED.detail("another attempt has taken over and begins anew; read it at /v1/jobs/"
                        + id + "/events, or send millrace.accept_restart with the request"));
    }

    private List<String> content(InferenceResult record, boolean restarted) {
        var frames = new ArrayList<String>();
        if (!record.getModel().isEmpty()) {
            model = record.getModel();
        }
        if (restarted) {
            course = new ContentCourse(id);
            begun = false;
            var restart = MessageJson.typed("millrace.restarted");
            restart.put("provider", record.getProvider()).put("attempt", record.getAttempt());
            frames.add(frame("millrace.restarted", restart));
        }
        for (var delta : record.getDeltas()) {
            begin(frames);
            render(course.next(delta), frames);
        }
        return frames;
    }

    private void begin(List<String> frames) {
        if (!begun) {
            begun = true;
            var start = MessageJson.typed("message_start");
            var message = start.putObject("message");
            message.put("id", MessageJson.messageId(id))
                    .put("type", "message")
                    .put("role", "assistant")
                    .put("model", model);
            message.putArray("content");
            message.putNull("stop_reason");
            message.putNull("stop_sequence");
            message.set("usage", MessageJson.usage(null));
            frames.add(frame("message_start", start));
        }
    }

    private static void render(List<BlockEvent> events, List<String> frames) {
        for (var event : events) {
            frames.add(
                    switch (event) {
                        case BlockEvent.Start(var index, var block) -> block("content_block_start", index, block);
                        case BlockEvent.Piece(var index, var delta) -> block("content_block_delta", index, delta);
                        case BlockEvent.Stop(var index) ->
                            frame(
                                    "content_block_stop",
                                    MessageJson.typed("content_block_stop").put("index", index));
                        case BlockEvent.Other(var other) ->
                            frame(other.path("type").asText(), other);
                    });
        }
    }

    private static String block(String type, int index, ObjectNode content) {
        var event = MessageJson.typed(type).put("index", index);
        event.set(type.equals("content_block_start") ? "content_block" : "delta", content);
        return frame(type, event);
    }

    private Output end(Terminal terminal, List<String> frames) {
        if (terminal.getStatus() != JobStatus.COMPLETED) {
            return new Output.Failed(frames, TerminalErrors.of(terminal));
        }
        begin(frames);
        render(course.end(), frames);
        var delta = MessageJson.typed("message_delta");
        MessageEnd.stop(delta.putObject("delta"), course, terminal);
        MessageEnd.beside(delta, course, terminal);
        frames.add(frame("message_delta", delta));
        frames.add(frame("message_stop", MessageJson.typed("message_stop")));
        return new Output.Last(frames);
    }

    private static String frame(String event, ObjectNode data) {
        return "event: " + event.replaceAll("\\s", "_") + "\ndata: " + data + "\n\n";
    }
}

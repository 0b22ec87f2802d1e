package dev.millrace.egress.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
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
import java.util.TreeMap;

/**
 * Turns the events of a job into the frames of a streamed chat completion. Pure: the same events give the same bytes, on every replica.
 *
 * <p>Every choice begins with a chunk that carries the role and ends with one that carries a finish reason. A job that did not complete
 * ends with a frame {@code {"error":{…}}} and without {@code [DONE]}. Not thread-safe; one instance per reader, fed from event 0.
 */
public final class ChatStream implements StreamFormat {
    private static final String DONE = "data: [DONE]\n\n";

    private final JobId id;
    private final ChatOptions options;
    private final TreeMap<Integer, ChoiceStream> choices = new TreeMap<>();
    private String model;
    private long createdSeconds;

    public ChatStream(JobId id, ChatOptions options) {
        this.id = id;
        this.options = options;
        this.model = options.model();
        this.createdSeconds = id.createdAtMillis().orElse(0) / 1000;
    }

    /** The frame that tells of a failure in mid-stream. */
    @Override
    public String failure(ErrorDetail error) {
        return "data: " + ErrorFormat.OPENAI.body(error) + "\n\n";
    }

    @Override
    public Output next(JobEvent event) {
        return switch (event) {
            case JobEvent.Chunk(var index, var record, var restarted) -> {
                if (restarted && !options.acceptRestart()) {
                    yield new Output.Failed(List.of(), restartRefused());
                }
                yield new Output.Frames(content(index, record, restarted));
            }
            case JobEvent.Ended(var index, var record, var restarted) -> {
                if (restarted && !options.acceptRestart()) {
                    yield new Output.Failed(List.of(), restartRefused());
                }
                yield end(record.getTerminal(), content(index, record, restarted));
            }
            case JobEvent.Lost(var code, var message) -> new Output.Failed(List.of(), code.detail(message));
            case JobEvent.Answered _ -> new Output.Frames(List.of());
        };
    }

    private ErrorDetail restartRefused() {
        return ErrorCode.STREAM_RESTARTED.detail("another attempt has taken over and begins anew; read it at /v1/jobs/"
                + id + "/events, or send millrace.accept_restart with the request");
    }

    private List<String> content(long index, InferenceResult record, boolean restarted) {
        var frames = new ArrayList<String>();
        if (index == 0 && createdSeconds == 0) {
            createdSeconds = record.getCreatedAtMillis() / 1000;
        }
        if (!record.getModel().isEmpty()) {
            model = record.getModel();
        }
        if (restarted) {
            choices.clear();
            frames.add("event: millrace.restarted\n" + frame(restart(record)));
        }
        for (var delta : record.getDeltas()) {
            render(delta, frames);
        }
        return frames;
    }

    private void render(Delta delta, List<String> frames) {
        var choice = choices.computeIfAbsent(delta.getIndex(), ChoiceStream::new);
        for (var rendered : choice.render(delta)) {
            frames.add(frame(chunk(rendered)));
        }
    }

    private Output end(Terminal terminal, List<String> frames) {
        if (terminal.getStatus() != JobStatus.COMPLETED) {
            return new Output.Failed(frames, TerminalErrors.of(terminal));
        }
        choices.computeIfAbsent(0, ChoiceStream::new);
        for (var choice : choices.values()) {
            for (var rendered : choice.finish()) {
                frames.add(frame(chunk(rendered)));
            }
        }
        if (options.includeUsage()) {
            frames.add(frame(usageChunk(terminal)));
        }
        frames.add(DONE);
        return new Output.Last(frames);
    }

    private ObjectNode chunk(ObjectNode choice) {
        var chunk = envelope("chat.completion.chunk");
        chunk.putArray("choices").add(choice);
        if (options.includeUsage()) {
            chunk.putNull("usage");
        }
        return chunk;
    }

    private ObjectNode usageChunk(Terminal terminal) {
        var chunk = envelope("chat.completion.chunk");
        chunk.putArray("choices");
        if (terminal.getUsage() == null) {
            chunk.putNull("usage");
        } else {
            chunk.set("usage", ChatJson.usage(terminal.getUsage()));
        }
        ChatJson.putVendor(chunk, terminal.getVendor());
        return chunk;
    }

    private ObjectNode restart(InferenceResult record) {
        var chunk = envelope("millrace.restarted");
        chunk.putArray("choices");
        return chunk.put("provider", record.getProvider()).put("attempt", record.getAttempt());
    }

    private ObjectNode envelope(String object) {
        return ChatJson.object()
                .put("id", ChatJson.completionId(id))
                .put("object", object)
                .put("created", createdSeconds)
                .put("model", model);
    }

    private static String frame(ObjectNode node) {
        return "data: " + node + "\n\n";
    }
}

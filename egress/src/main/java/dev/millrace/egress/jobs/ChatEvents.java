package dev.millrace.egress.jobs;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.openai.ChatOptions;
import dev.millrace.egress.openai.ChatStream;
import dev.millrace.job.JobId;
import java.util.List;

/**
 * A job's events as the frames of a streamed chat completion. The last frame of each event carries the event's index as {@code id}, so a
 * reader that resumes after it misses nothing, and joined to what it has the stream is what the whole one would have been.
 */
final class ChatEvents implements EventWriter {
    private final ChatStream chat;
    private final long after;

    ChatEvents(JobId job, ChatOptions options, long after) {
        this.chat = new ChatStream(job, options);
        this.after = after;
    }

    @Override
    public Rendered render(JobEvent event) {
        long index = switch (event) {
            case JobEvent.Chunk chunk -> chunk.index();
            case JobEvent.Ended end -> end.index();
            case JobEvent.Answered _, JobEvent.Lost _ -> -1;
        };
        return switch (chat.next(event)) {
            case Output.Frames(var frames) -> new Rendered(numbered(frames, index), false);
            case Output.Last(var frames) -> new Rendered(numbered(frames, index), true);
            case Output.Failed(var frames, var error) ->
                new Rendered(index > after ? numbered(frames, index) + failure(error) : "", true);
        };
    }

    @Override
    public String failure(ErrorDetail error) {
        return chat.failure(error);
    }

    private String numbered(List<String> frames, long index) {
        if (frames.isEmpty() || index <= after) {
            return "";
        }
        var all = String.join("", frames.subList(0, frames.size() - 1));
        return all + "id: " + index + "\n" + frames.getLast();
    }
}

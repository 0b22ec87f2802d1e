package dev.millrace.egress.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.log.JobEvent;
import java.util.Locale;

/**
 * The native event stream. Every frame has an {@code id}, the index to resume after, and an {@code event}:
 *
 * <ul>
 *   <li>{@code chunk}: {@code index}, {@code attempt}, {@code epoch}, {@code seq}, {@code created_at_ms}, {@code provider},
 *       {@code model}, {@code deltas}
 *   <li>{@code restarted}: what came before is void; the chunk that follows begins anew. Its id is that of the event before, so that a
 *       reader cut off between the two resumes before both
 *   <li>{@code completed}, {@code failed}, {@code cancelled}, {@code aborted}, {@code expired}, {@code incomplete}: the end; as a chunk,
 *       and {@code status}, {@code usage}, {@code cost_nanos}, {@code error}, {@code attempts}
 *   <li>{@code error}: this stream cannot go on, the job is not affected; problem details, without an id
 * </ul>
 */
final class NativeEvents implements EventWriter {
    private final long after;

    NativeEvents(long after) {
        this.after = after;
    }

    @Override
    public Rendered render(JobEvent event) {
        return switch (event) {
            case JobEvent.Chunk(var index, var record, var restarted) ->
                new Rendered(
                        restart(index, record, restarted) + frame(index, "chunk", JobJson.chunk(index, record)), false);
            case JobEvent.Ended(var index, var record, var restarted) -> {
                if (index <= after) {
                    yield new Rendered("", true);
                }
                var word = record.getTerminal().getStatus().name().toLowerCase(Locale.ROOT);
                yield new Rendered(
                        restart(index, record, restarted) + frame(index, word, JobJson.end(index, record)), true);
            }
            case JobEvent.Answered _, JobEvent.Lost _ -> new Rendered("", false);
        };
    }

    @Override
    public String failure(ErrorDetail error) {
        return "event: error\ndata: " + ErrorFormat.PROBLEM.body(error) + "\n\n";
    }

    private static String restart(long index, InferenceResult record, boolean restarted) {
        return restarted ? frame(index - 1, "restarted", JobJson.restarted(record)) : "";
    }

    private static String frame(long id, String event, ObjectNode data) {
        return "id: " + id + "\nevent: " + event + "\ndata: " + data + "\n\n";
    }
}

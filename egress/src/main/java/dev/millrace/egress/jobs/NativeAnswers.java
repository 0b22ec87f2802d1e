package dev.millrace.egress.jobs;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.delivery.AnswerFormats;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.delivery.StreamFormat;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.log.Attempts;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.JobSnapshot;
import dev.millrace.egress.reply.Reply;
import dev.millrace.egress.task.MediaBytes;
import dev.millrace.job.JobId;
import java.util.List;

/** Jobs in the native shapes, on the response of the request that made them. */
public final class NativeAnswers {
    private NativeAnswers() {}

    /** What {@code GET /v1/jobs/:id} tells once the job has ended. */
    public static AnswerFormats whole() {
        return Whole::new;
    }

    /** What {@code GET /v1/jobs/:id/events} tells. */
    public static AnswerFormats events() {
        return _ -> new Events();
    }

    /** The bytes of the first media item. */
    public static AnswerFormats media() {
        return _ -> new MediaBytes("application/octet-stream", ErrorFormat.PROBLEM);
    }

    private record Whole(JobId job) implements WholeFormat {
        @Override
        public ErrorFormat errors() {
            return ErrorFormat.PROBLEM;
        }

        @Override
        public Body body(Reply reply, InferenceResult last, long createdAtMillis) {
            return Body.json(JobJson.status(new JobSnapshot(
                    job,
                    JobSnapshot.Phase.ENDED,
                    createdAtMillis,
                    last.getProvider(),
                    last.getModel(),
                    Attempts.of(last),
                    last.getSeq() + 1,
                    reply,
                    last.getTerminal())));
        }

        @Override
        public int maxBytes() {
            return 64 << 20;
        }
    }

    private static final class Events implements StreamFormat {
        private final NativeEvents events = new NativeEvents(-1);

        @Override
        public ErrorFormat errors() {
            return ErrorFormat.PROBLEM;
        }

        @Override
        public Output next(JobEvent event) {
            if (event instanceof JobEvent.Lost(var code, var message)) {
                return new Output.Failed(List.of(), code.detail(message));
            }
            var rendered = events.render(event);
            var frames = rendered.frames().isEmpty() ? List.<String>of() : List.of(rendered.frames());
            return rendered.last() ? new Output.Last(frames) : new Output.Frames(frames);
        }

        @Override
        public String failure(ErrorDetail error) {
            return events.failure(error);
        }
    }
}

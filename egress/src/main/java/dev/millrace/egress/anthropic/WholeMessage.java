package dev.millrace.egress.anthropic;

import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.reply.Reply;
import dev.millrace.job.JobId;

/** A message as one body. The order of its blocks is that in which the vendor wrote them. Not thread-safe; one instance per answer. */
public final class WholeMessage implements WholeFormat {
    private final JobId id;
    private final MessagesAnswer options;
    private ContentCourse course;
    private ContentBuilder content = new ContentBuilder();

    public WholeMessage(JobId id, MessagesAnswer options) {
        this.id = id;
        this.options = options;
        this.course = new ContentCourse(id);
    }

    @Override
    public ErrorFormat errors() {
        return ErrorFormat.ANTHROPIC;
    }

    @Override
    public void observe(InferenceResult record, boolean restarted) {
        if (restarted) {
            course = new ContentCourse(id);
            content = new ContentBuilder();
        }
        for (var delta : record.getDeltas()) {
            course.next(delta).forEach(content::add);
        }
    }

    @Override
    public Body body(Reply reply, InferenceResult last, long createdAtMillis) {
        course.end().forEach(content::add);
        var terminal = last.getTerminal();
        var message = MessageJson.object()
                .put("id", MessageJson.messageId(id))
                .put("type", "message")
                .put("role", "assistant")
                .put("model", last.getModel().isEmpty() ? options.model() : last.getModel());
        content.writeTo(message.putArray("content"));
        MessageEnd.stop(message, course, terminal);
        MessageEnd.beside(message, course, terminal);
        return Body.json(message);
    }
}

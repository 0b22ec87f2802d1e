package dev.millrace.egress.task;

import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.reply.Reply;

/**
 * Judgements as OpenAI lists them.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/moderations">Moderations</a>
 */
public record ModerationList(String requestedModel) implements WholeFormat {
    @Override
    public Body body(Reply reply, InferenceResult last, long createdAtMillis) {
        var body = TaskJson.object()
                .put("id", "modr-" + last.getJobId())
                .put("model", TaskJson.model(last, requestedModel));
        body.putArray("results").addAll(TaskJson.items(reply, "moderation.result"));
        return Body.json(body);
    }
}

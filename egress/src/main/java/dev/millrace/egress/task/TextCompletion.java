package dev.millrace.egress.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Usage;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.reply.Reply;
import dev.millrace.job.JobId;
import org.jspecify.annotations.Nullable;

/**
 * A text completion as one body, also of a model that only chats.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/completions">Completions</a>
 */
public record TextCompletion(JobId job, String requestedModel) implements WholeFormat {
    @Override
    public Body body(Reply reply, InferenceResult last, long createdAtMillis) {
        var body = envelope(job, createdAtMillis / 1000, TaskJson.model(last, requestedModel));
        var choices = body.putArray("choices");
        for (var choice : reply.choices()) {
            var node = choice(choice.index(), choice.text());
            TaskJson.putExtensions(node, choice.extensions());
            choices.add(node.put("finish_reason", finish(choice.finish())));
        }
        if (reply.choices().isEmpty()) {
            choices.add(choice(0, "").put("finish_reason", "stop"));
        }
        var usage = TaskJson.usage(last);
        if (usage != null) {
            body.set("usage", usage(usage));
        }
        return Body.json(body);
    }

    static ObjectNode envelope(JobId job, long createdSeconds, String model) {
        return TaskJson.object()
                .put("id", "cmpl-" + job.value())
                .put("object", "text_completion")
                .put("created", createdSeconds)
                .put("model", model);
    }

    static ObjectNode choice(int index, String text) {
        var node = TaskJson.object().put("text", text).put("index", index);
        return node.putNull("finish_reason");
    }

    static String finish(@Nullable FinishReason reason) {
        return switch (reason) {
            case LENGTH -> "length";
            case CONTENT_FILTER, REFUSAL -> "content_filter";
            case null, default -> "stop";
        };
    }

    static ObjectNode usage(Usage usage) {
        long input = Math.max(0, usage.getInputTokens());
        long output = Math.max(0, usage.getOutputTokens());
        return TaskJson.object()
                .put("prompt_tokens", input)
                .put("completion_tokens", output)
                .put("total_tokens", input + output);
    }
}

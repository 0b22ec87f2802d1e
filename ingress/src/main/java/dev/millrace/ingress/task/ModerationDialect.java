package dev.millrace.ingress.task;

import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.avro.TextPart;
import dev.millrace.egress.task.ModerationList;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.json.JsonValue;
import dev.millrace.ingress.json.StrictJson;
import java.util.Map;

/**
 * Moderation of texts, or of texts and pictures together.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/moderations/create">Create moderation</a>
 */
public final class ModerationDialect extends TaskDialect {
    public ModerationDialect(StrictJson json) {
        super(json);
    }

    @Override
    Call read(Task task) {
        var input = task.body().requiredValue("input");
        if (input.isString()) {
            task.add(new TextPart(input.string(Integer.MAX_VALUE)), Map.of());
        } else {
            input.array().forEach(item -> add(task, item));
        }
        if (task.isEmpty()) {
            throw input.invalid("must not be empty");
        }
        var formats = new ModerationList(task.model());
        return task.call(Operation.MODERATION, new Answer.Awaited(false, false, _ -> formats));
    }

    private static void add(Task task, JsonValue item) {
        if (item.isString()) {
            task.add(new TextPart(item.string(Integer.MAX_VALUE)), Map.of());
            return;
        }
        var type = item.object().requiredValue("type");
        switch (type.string(64)) {
            case "text" ->
                task.add(new TextPart(item.object().requiredValue("text").string(Integer.MAX_VALUE)), Map.of());
            case "image_url" -> task.add(Media.of(item, MediaKind.IMAGE), Map.of());
            default -> throw type.invalid("must be 'text' or 'image_url'");
        }
    }
}

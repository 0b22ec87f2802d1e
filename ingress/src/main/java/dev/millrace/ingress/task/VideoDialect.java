package dev.millrace.ingress.task;

import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.task.VideoJson;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.json.JsonValue;
import dev.millrace.ingress.json.StrictJson;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Videos: the answer is a job, told at once. Pictures to begin or end with are files or addresses {@code input_reference},
 * {@code first_frame}, {@code last_frame}, {@code reference} and {@code video}.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/videos/create">Create video</a>
 */
public final class VideoDialect extends TaskDialect {
    private static final String[] ROLES = {"input_reference", "first_frame", "last_frame", "reference", "video"};

    public VideoDialect(StrictJson json) {
        super(json);
    }

    @Override
    Call read(Task task) {
        task.text("prompt");
        for (var name : ROLES) {
            var role = name.equals("input_reference") ? "first_frame" : name;
            var extensions = Map.of("role", "\"" + role + "\"");
            var kind = name.equals("video") ? MediaKind.VIDEO : MediaKind.IMAGE;
            task.uploads(name).forEach(file -> task.add(file, kind, extensions));
            add(task, task.body().value(name), kind, extensions);
        }
        return task.call(
                Operation.VIDEO, new Answer.Detached(false, job -> Body.json(VideoJson.created(job, task.model()))));
    }

    private static void add(Task task, @Nullable JsonValue value, MediaKind kind, Map<String, String> extensions) {
        if (value != null && value.isArray()) {
            value.array().forEach(one -> task.add(Media.of(one, kind), extensions));
        } else if (value != null) {
            task.add(Media.of(value, kind), extensions);
        }
    }
}

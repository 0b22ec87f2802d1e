package dev.millrace.egress.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.TextDelta;
import dev.millrace.job.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A text completion as events; every choice ends with a finish reason. */
public final class TextCompletionStream extends TaskStream {
    private final JobId job;
    private final String model;
    private final boolean includeUsage;
    private final Set<Integer> open = new TreeSet<>();
    private boolean begun;

    public TextCompletionStream(JobId job, String model, boolean includeUsage, boolean acceptRestart) {
        super(acceptRestart);
        this.job = job;
        this.model = model;
        this.includeUsage = includeUsage;
    }

    @Override
    List<String> render(Delta delta) {
        return switch (delta.getContent()) {
            case TextDelta text -> {
                begun = true;
                open.add(delta.getIndex());
                var choice = TextCompletion.choice(delta.getIndex(), text.getText());
                TaskJson.putExtensions(choice, delta.getExtensions());
                yield List.of(chunk(choice));
            }
            case FinishDelta finish -> {
                begun = true;
                open.remove(delta.getIndex());
                yield List.of(finish(delta.getIndex(), TextCompletion.finish(finish.getReason())));
            }
            default -> List.of(); // no word for it here
        };
    }

    private String finish(int index, String reason) {
        return chunk(TextCompletion.choice(index, "").put("finish_reason", reason));
    }

    private String chunk(ObjectNode choice) {
        var chunk = TextCompletion.envelope(job, job.createdAtMillis().orElse(0) / 1000, model);
        chunk.putArray("choices").add(choice);
        return "data: " + chunk + "\n\n";
    }

    @Override
    List<String> done(InferenceResult last) {
        var frames = new ArrayList<String>();
        if (!begun) {
            open.add(0);
        }
        open.forEach(index -> frames.add(finish(index, "stop")));
        var usage = TaskJson.usage(last);
        if (includeUsage && usage != null) {
            var chunk = TextCompletion.envelope(job, job.createdAtMillis().orElse(0) / 1000, model);
            chunk.putArray("choices");
            chunk.set("usage", TextCompletion.usage(usage));
            frames.add("data: " + chunk + "\n\n");
        }
        frames.add("data: [DONE]\n\n");
        return frames;
    }

    @Override
    void restart() {
        open.clear();
        begun = false;
    }
}

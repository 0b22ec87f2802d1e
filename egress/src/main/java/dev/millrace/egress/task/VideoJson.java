package dev.millrace.egress.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.egress.http.TerminalErrors;
import dev.millrace.egress.log.JobSnapshot;
import dev.millrace.egress.log.JobSummary;
import dev.millrace.job.JobId;
import org.jspecify.annotations.Nullable;

/**
 * A video job in OpenAI's shape; its id is the job's. Pure.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/videos">Videos</a>
 */
public final class VideoJson {
    private VideoJson() {}

    /** A job that was just submitted. */
    public static ObjectNode created(JobId job, String model) {
        return video(job, model, job.createdAtMillis().orElse(0))
                .put("status", "queued")
                .put("progress", 0);
    }

    public static ObjectNode of(JobSnapshot job) {
        var node = video(job.id(), job.model(), job.createdAtMillis());
        var progress = job.reply().progress();
        int percent = progress == null ? 0 : Math.max(0, progress.getPercent());
        status(node, job.phase(), job.terminal(), percent);
        for (var choice : job.reply().choices()) {
            for (var media : choice.media()) {
                if (media.content().getUrl() != null && !node.has("url")) {
                    node.put("url", media.content().getUrl());
                }
            }
        }
        return node;
    }

    public static ObjectNode of(JobSummary job) {
        var node = video(job.id(), job.model(), job.createdAtMillis());
        return status(node, job.phase(), job.terminal(), 0);
    }

    private static ObjectNode video(JobId job, String model, long createdAtMillis) {
        return TaskJson.object()
                .put("id", job.value())
                .put("object", "video")
                .put("model", model)
                .put("created_at", createdAtMillis / 1000);
    }

    private static ObjectNode status(
            ObjectNode node, JobSnapshot.@Nullable Phase phase, @Nullable Terminal terminal, int percent) {
        if (terminal == null) {
            boolean running = phase == JobSnapshot.Phase.RUNNING;
            return node.put("status", running ? "in_progress" : "queued").put("progress", percent);
        }
        boolean completed = terminal.getStatus() == JobStatus.COMPLETED;
        node.put("status", completed ? "completed" : "failed").put("progress", completed ? 100 : percent);
        if (!completed) {
            var error = TerminalErrors.of(terminal);
            node.putObject("error").put("code", error.getCode()).put("message", error.getMessage());
        }
        return node;
    }
}

package dev.millrace.egress.jobs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptSummary;
import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Usage;
import dev.millrace.egress.http.JobHeaders;
import dev.millrace.egress.log.JobSnapshot;
import dev.millrace.egress.log.JobSummary;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The native JSON of jobs and credits. Pure. Times are epoch seconds unless the name says milliseconds. */
final class JobJson {
    private JobJson() {}

    static ObjectNode status(JobSnapshot job) {
        var node = object().put("id", job.id().value())
                .put("object", "job")
                .put("status", status(job.phase(), job.terminal()))
                .put("created_at", job.createdAtMillis() / 1000);
        node.put("provider", emptyAsNull(job.provider()));
        node.put("model", emptyAsNull(job.model()));
        node.put("attempts", job.attempts());
        node.put("events", job.events());
        node.put(
                "text_length",
                job.reply().choices().stream()
                        .mapToLong(choice -> choice.text().length())
                        .sum());
        var progress = job.reply().progress();
        if (progress != null && job.terminal() == null) {
            node.putObject("progress").put("state", progress.getState()).put("percent", progress.getPercent());
        }
        if (job.terminal() != null) {
            terminal(node, job.terminal());
            OutputJson.put(node, job.reply());
        }
        var links = node.putObject("links");
        links.put("self", "/v1/jobs/" + job.id()).put("events", "/v1/jobs/" + job.id() + "/events");
        return node;
    }

    static ObjectNode list(List<JobSummary> jobs) {
        var node = object().put("object", "list");
        var data = node.putArray("data");
        for (var job : jobs) {
            var line = data.addObject()
                    .put("id", job.id().value())
                    .put("object", "job")
                    .put("status", job.phase() == null ? null : status(job.phase(), job.terminal()))
                    .put("created_at", job.createdAtMillis() / 1000)
                    .put("operation", lower(job.operation()))
                    .put("lane", lower(job.lane()))
                    .put("requested_model", job.model());
            if (job.terminal() != null) {
                terminal(line, job.terminal());
            }
        }
        return node;
    }

    static ObjectNode chunk(long index, InferenceResult record) {
        var node = object().put("index", index)
                .put("attempt", record.getAttempt())
                .put("epoch", record.getEpoch())
                .put("seq", record.getSeq())
                .put("created_at_ms", record.getCreatedAtMillis())
                .put("provider", record.getProvider())
                .put("model", record.getModel());
        var deltas = node.putArray("deltas");
        record.getDeltas().forEach(delta -> deltas.add(DeltaJson.of(delta)));
        return node;
    }

    static ObjectNode end(long index, InferenceResult record) {
        var node = chunk(index, record);
        node.put("status", lower(record.getTerminal().getStatus()));
        terminal(node, record.getTerminal());
        return node;
    }

    static ObjectNode restarted(InferenceResult record) {
        return object().put("attempt", record.getAttempt())
                .put("epoch", record.getEpoch())
                .put("provider", record.getProvider())
                .put("model", record.getModel());
    }

    static ObjectNode credits(CreditBalance balance) {
        long left = balance.getCreditsPostedNanos() - balance.getDebitsPostedNanos();
        return object().put("object", "credits")
                .put("account", balance.getAccount())
                .put("balance_nanos", left)
                .put("credits_posted_nanos", balance.getCreditsPostedNanos())
                .put("debits_posted_nanos", balance.getDebitsPostedNanos())
                .put("jobs", balance.getJobs())
                .put("estimated_jobs", balance.getEstimatedJobs())
                .put("input_tokens", balance.getInputTokens())
                .put("output_tokens", balance.getOutputTokens())
                .put("cached_input_tokens", balance.getCachedInputTokens())
                .put("reasoning_tokens", balance.getReasoningTokens())
                .put("updated_at", balance.getUpdatedAtMillis() / 1000);
    }

    private static void terminal(ObjectNode node, Terminal terminal) {
        node.set("usage", terminal.getUsage() == null ? null : usage(terminal.getUsage()));
        node.put("cost_nanos", terminal.getCostNanos()).put("cost", JobHeaders.dollars(terminal.getCostNanos()));
        var error = terminal.getError();
        if (error == null) {
            node.putNull("error");
        } else {
            node.putObject("error")
                    .put("code", error.getCode())
                    .put("message", error.getMessage())
                    .put("status", error.getHttpStatus())
                    .put("param", error.getParam())
                    .put("vendor_status", error.getVendorStatus())
                    .put("vendor_code", error.getVendorCode())
                    .put("retryable", error.getRetryable());
        }
        var attempts = node.putArray("attempt_history");
        terminal.getAttempts().forEach(attempt -> attempts.add(attempt(attempt)));
    }

    private static ObjectNode attempt(AttemptSummary attempt) {
        return object().put("attempt", attempt.getAttempt())
                .put("provider", attempt.getProvider())
                .put("model", attempt.getModel())
                .put("outcome", attempt.getOutcome().toLowerCase(Locale.ROOT))
                .put("duration_ms", attempt.getDurationMillis())
                .put("error_code", attempt.getErrorCode());
    }

    private static ObjectNode usage(Usage usage) {
        var node = object();
        count(node, "input_tokens", usage.getInputTokens());
        count(node, "output_tokens", usage.getOutputTokens());
        count(node, "cached_input_tokens", usage.getCachedInputTokens());
        count(node, "cache_write_tokens", usage.getCacheWriteTokens());
        count(node, "reasoning_tokens", usage.getReasoningTokens());
        count(node, "audio_input_tokens", usage.getAudioInputTokens());
        count(node, "audio_output_tokens", usage.getAudioOutputTokens());
        count(node, "image_input_tokens", usage.getImageInputTokens());
        count(node, "media_ms", usage.getMediaMillis());
        if (!usage.getUnits().isEmpty()) {
            var units = node.putObject("units");
            usage.getUnits().forEach(units::put);
        }
        return node.put("estimated", usage.getEstimated());
    }

    /** A figure the vendor did not give is left out. */
    private static void count(ObjectNode node, String name, long count) {
        if (count >= 0) {
            node.put(name, count);
        }
    }

    private static String status(JobSnapshot.Phase phase, @Nullable Terminal terminal) {
        return terminal == null ? lower(phase) : lower(terminal.getStatus());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String emptyAsNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}

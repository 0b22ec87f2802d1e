package dev.millrace.worker.dashscope;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Usage;
import dev.millrace.worker.media.JobStep;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.Produced;
import dev.millrace.worker.media.Units;
import dev.millrace.worker.media.VendorFailures;
import dev.millrace.worker.media.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads a task, or the message of a model that answers at once. */
final class DashScopeOutput {
    private DashScopeOutput() {}

    static JobStep read(JsonNode reply, Wish wish) {
        var output = reply.path("output");
        if (output.path("choices").isArray()) {
            return done(reply, messages(output.path("choices")), wish);
        }
        if (!output.hasNonNull("task_status") && reply.hasNonNull("code")) {
            return failed(reply);
        }
        var id = JsonText.text(output.path("task_id"));
        if (id == null) {
            return JobStep.malformed("a task without task_id");
        }
        var status = output.path("task_status").asText("");
        return switch (status) {
            case "PENDING", "RUNNING", "SUSPENDED" -> new JobStep.Working(object().put("task_id", id), status, -1);
            case "SUCCEEDED" -> done(reply, results(output), wish);
            case "FAILED" -> failed(output);
            case "CANCELED" -> JobStep.failed(status, "the task was cancelled at the provider");
            case "UNKNOWN" -> JobStep.failed(status, "the provider does not know its own task any more");
            default -> JobStep.malformed("a task with status '" + status + "'");
        };
    }

    private static JobStep failed(JsonNode where) {
        var said = VendorFailures.error(0, where);
        var code = said.code() == null ? "" : said.code();
        boolean refused =
                code.startsWith("InvalidParameter") || code.contains("Inspection") || code.contains("InvalidURL");
        return refused ? JobStep.refused(code, said.message()) : JobStep.failed(said.code(), said.message());
    }

    private static List<Produced> messages(JsonNode choices) {
        var media = new ArrayList<Produced>();
        for (var choice : choices) {
            for (var item : choice.path("message").path("content")) {
                var url = JsonText.text(item.path("image"));
                if (url != null) {
                    media.add(Produced.of(MediaKind.IMAGE, url));
                }
            }
        }
        return media;
    }

    /** Of several images some may have failed; those have a code and no address. */
    private static List<Produced> results(JsonNode output) {
        var media = new ArrayList<Produced>();
        var prompt = JsonText.text(output.path("actual_prompt"));
        var video = JsonText.text(output.path("video_url"));
        if (video != null) {
            var found = Produced.of(MediaKind.VIDEO, video);
            Map<String, String> extensions =
                    prompt == null ? Map.of() : Map.of("revised_prompt", JsonText.quoted(prompt));
            media.add(new Produced(found.kind(), found.mimeType(), video, extensions));
        }
        for (var result : output.path("results")) {
            var url = JsonText.text(result.path("url"));
            if (url != null) {
                var actual = JsonText.text(result.path("actual_prompt"));
                var found = Produced.of(MediaKind.IMAGE, url);
                Map<String, String> extensions =
                        actual == null ? Map.of() : Map.of("revised_prompt", JsonText.quoted(actual));
                media.add(new Produced(found.kind(), found.mimeType(), url, extensions));
            }
        }
        return media;
    }

    private static JobStep done(JsonNode reply, List<Produced> media, Wish wish) {
        var usage = usage(reply.path("usage"), media, wish);
        var vendor = new TreeMap<String, String>();
        if (reply.hasNonNull("request_id")) {
            vendor.put("request_id", reply.path("request_id").toString());
        }
        if (reply.path("output").hasNonNull("task_id")) {
            vendor.put("task_id", reply.path("output").path("task_id").toString());
        }
        if (wish.raw()) {
            return new JobStep.Done(List.of(JobStep.raw("dashscope", reply.path("output"))), List.of(), usage, vendor);
        }
        return media.isEmpty() ? failed(firstFailure(reply)) : new JobStep.Done(List.of(), media, usage, vendor);
    }

    private static JsonNode firstFailure(JsonNode reply) {
        var first = reply.path("output").path("results").path(0);
        return first.isObject() ? first : object().put("message", "the provider made nothing");
    }

    private static Usage usage(JsonNode said, List<Produced> media, Wish wish) {
        long counted = JsonText.count(said.path("image_count"));
        long lengthMillis = -1;
        for (var name : List.of("video_duration", "output_video_duration", "duration")) {
            lengthMillis = lengthMillis < 0 ? JsonText.millis(said.path(name)) : lengthMillis;
        }
        return counted < 0
                ? Units.made(wish, media, lengthMillis, said.isObject() ? said : null)
                : Units.of(Map.of("images", counted, "requests", 1L), -1, false, said);
    }
}

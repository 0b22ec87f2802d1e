package dev.millrace.worker.fal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Usage;
import dev.millrace.worker.media.JobStep;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.Produced;
import dev.millrace.worker.media.Transcript;
import dev.millrace.worker.media.Units;
import dev.millrace.worker.media.Wish;
import dev.millrace.worker.provider.VendorResult.Finished;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what a model made: every object with an address is a file, wherever the model puts it. */
final class FalOutput {
    private static final int MAX_DEPTH = 4;

    private FalOutput() {}

    static JobStep read(JsonNode output, Wish wish) {
        if (!output.isObject()) {
            return JobStep.malformed("the output is not an object");
        }
        if (wish.operation() == Operation.TRANSCRIPTION || wish.operation() == Operation.TRANSLATION) {
            return transcript(output);
        }
        var media = new ArrayList<Produced>();
        files(output, wish.kind(), media, output.path("has_nsfw_concepts"), MAX_DEPTH);
        if (wish.raw()) {
            var raw = List.of(JobStep.raw(FalAdapter.DIALECT, output));
            return new JobStep.Done(raw, List.of(), usage(output, wish, media), Map.of());
        }
        return media.isEmpty()
                ? JobStep.malformed("an output without a file")
                : new JobStep.Done(List.of(), media, usage(output, wish, media), vendor(output));
    }

    private static void files(JsonNode node, MediaKind kind, List<Produced> into, JsonNode nsfw, int depth) {
        var url = JsonText.text(node.path("url"));
        if (node.isObject() && url != null) {
            var type = node.path("content_type").asText("");
            var found = Produced.of(kind, url);
            var extensions = new TreeMap<String, String>();
            for (var name : List.of("width", "height", "duration", "fps", "file_name", "file_size")) {
                if (node.hasNonNull(name)) {
                    extensions.put(name, node.path(name).toString());
                }
            }
            if (nsfw.has(into.size())) {
                extensions.put("has_nsfw_concepts", nsfw.get(into.size()).toString());
            }
            into.add(new Produced(
                    Produced.kindOfType(type, found.kind()),
                    type.isEmpty() ? found.mimeType() : type,
                    url,
                    extensions));
        } else if (depth > 0 && node.isContainerNode()) {
            node.forEach(inner -> files(inner, kind, into, nsfw, depth - 1));
        }
    }

    private static Usage usage(JsonNode output, Wish wish, List<Produced> media) {
        long lengthMillis = -1;
        for (var item : media) {
            var seconds = item.extensions().get("duration");
            var value = seconds == null ? null : JsonText.readOrNull(seconds);
            if (value != null && item.kind() != MediaKind.IMAGE) {
                lengthMillis = Math.max(0, lengthMillis) + Math.max(0, JsonText.millis(value));
            }
        }
        return Units.made(wish, media, lengthMillis, output.hasNonNull("timings") ? output.path("timings") : null);
    }

    private static Map<String, String> vendor(JsonNode output) {
        var vendor = new TreeMap<String, String>();
        output.properties().forEach(member -> {
            if (member.getValue().isValueNode() && !member.getValue().isNull()) {
                vendor.put(member.getKey(), member.getValue().toString());
            }
        });
        return vendor;
    }

    private static JobStep transcript(JsonNode output) {
        if (!output.path("text").isTextual()) {
            return JobStep.malformed("a transcript without text");
        }
        var transcript =
                new Transcript(FalAdapter.DIALECT).text(output.path("text").asText());
        transcript.language(
                output.path("languages").isArray()
                        ? output.path("languages").path(0)
                        : output.path("inferred_languages").path(0));
        long lengthMillis = -1;
        for (var chunk : output.path("chunks")) {
            var end = chunk.path("timestamp").path(1);
            transcript.segment(
                    chunk.path("text").asText(), chunk.path("timestamp").path(0), end, chunk.path("speaker"));
            lengthMillis = Math.max(lengthMillis, JsonText.millis(end));
        }
        var done = transcript.durationMillis(lengthMillis).done(output, true, Map.of());
        return done.result() instanceof Finished(var usage, var vendor) && usage != null
                ? new JobStep.Done(done.deltas(), List.of(), usage, vendor)
                : new JobStep.Failed(done.result());
    }
}

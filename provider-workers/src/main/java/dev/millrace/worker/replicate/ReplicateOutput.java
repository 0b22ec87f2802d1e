package dev.millrace.worker.replicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.media.JobStep;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.Produced;
import dev.millrace.worker.media.Transcript;
import dev.millrace.worker.media.Units;
import dev.millrace.worker.media.Wish;
import dev.millrace.worker.provider.VendorResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads a prediction. */
final class ReplicateOutput {
    private static final Set<String> UNFINISHED = Set.of("starting", "processing", "queued");

    private ReplicateOutput() {}

    static boolean isUnfinished(JsonNode prediction) {
        return UNFINISHED.contains(prediction.path("status").asText());
    }

    static JobStep read(JsonNode prediction, ObjectNode job, Wish wish) {
        var status = prediction.path("status").asText("");
        return switch (status) {
            case "starting", "processing", "queued" -> new JobStep.Working(job, status, -1);
            case "succeeded", "successful" -> succeeded(prediction, wish);
            case "failed", "canceled", "aborted" -> new JobStep.Failed(failure(status, prediction.path("error")));
            default -> JobStep.malformed("a prediction with status '" + status + "'");
        };
    }

    /** What a prediction without output comes to; whether the model refused its input is told in words only, and nobody reads words. */
    static VendorResult failure(String status, JsonNode error) {
        var words =
                error.isTextual() ? error.asText() : error.isMissingNode() || error.isNull() ? "" : error.toString();
        return JobStep.failed(status, words.isEmpty() ? "the prediction was " + status : words)
                .result();
    }

    private static JobStep succeeded(JsonNode prediction, Wish wish) {
        var output = prediction.path("output");
        var usage = usage(prediction.path("metrics"), wish, output);
        var vendor = vendor(prediction);
        if (wish.raw()) {
            return new JobStep.Done(List.of(JobStep.raw(ReplicateAdapter.DIALECT, output)), List.of(), usage, vendor);
        }
        return switch (wish.operation()) {
            // Without the model's own count of tokens they are counted from the text.
            case CHAT ->
                new JobStep.Done(chat(output, wish), List.of(), usage.getOutputTokens() < 0 ? null : usage, vendor);
            case TRANSCRIPTION, TRANSLATION -> transcript(output, usage, vendor);
            default -> media(output, wish, usage, vendor);
        };
    }

    private static List<Delta> chat(JsonNode output, Wish wish) {
        var deltas = new ArrayList<Delta>();
        if (!wish.more().path("streamed").asBoolean()) {
            deltas.add(new Delta(0, new TextDelta(text(output), List.of()), Map.of()));
        }
        deltas.add(new Delta(0, new FinishDelta(FinishReason.STOP, "succeeded"), Map.of()));
        return deltas;
    }

    /** A text, or the pieces of one. */
    private static String text(JsonNode output) {
        if (!output.isArray()) {
            return output.isTextual()
                    ? output.asText()
                    : output.isNull() || output.isMissingNode() ? "" : output.toString();
        }
        var text = new StringBuilder();
        output.forEach(piece -> text.append(piece.isTextual() ? piece.asText() : piece.toString()));
        return text.toString();
    }

    private static JobStep media(JsonNode output, Wish wish, Usage usage, Map<String, String> vendor) {
        var media = Produced.addresses(output, wish.kind());
        return media.isEmpty()
                ? JobStep.malformed("a succeeded prediction without the address of a file")
                : new JobStep.Done(List.of(), media, usage, vendor);
    }

    private static JobStep transcript(JsonNode output, Usage usage, Map<String, String> vendor) {
        var said = output.isTextual() ? output : first(output, "transcription", "text", "transcript", "translation");
        if (!said.isTextual() && !output.path("segments").isArray()) {
            return JobStep.malformed("a transcript without text");
        }
        var transcript = new Transcript(ReplicateAdapter.DIALECT);
        transcript.language(first(output, "detected_language", "language"));
        var joined = new StringBuilder();
        for (var segment : first(output, "segments", "chunks")) {
            boolean timestamps = segment.path("timestamp").isArray();
            var start = timestamps ? segment.path("timestamp").path(0) : segment.path("start");
            var end = timestamps ? segment.path("timestamp").path(1) : segment.path("end");
            joined.append(segment.path("text").asText());
            transcript.segment(segment.path("text").asText(), start, end, segment.path("speaker"));
            segment.path("words")
                    .forEach(word -> transcript.word(
                            word.path("word").asText(), word.path("start"), word.path("end"), word.path("speaker")));
        }
        transcript.text(said.isTextual() ? said.asText() : joined.toString().strip());
        return new JobStep.Done(transcript.done(output, true, Map.of()).deltas(), List.of(), usage, vendor);
    }

    private static JsonNode first(JsonNode node, String... names) {
        for (var name : names) {
            if (node.hasNonNull(name)) {
                return node.path(name);
            }
        }
        return node.path(names[0]);
    }

    /** Seconds of computing in thousandths, tokens where the model counts them, and what was made. */
    private static Usage usage(JsonNode metrics, Wish wish, JsonNode output) {
        var said = metrics.isObject() ? metrics : null;
        long length = JsonText.millis(metrics.path("video_output_duration_seconds"));
        var made = Units.made(wish, Produced.addresses(output, wish.kind()), length, said);
        var units = new TreeMap<>(made.getUnits());
        long millis = JsonText.millis(metrics.path("predict_time"));
        if (millis >= 0) {
            units.put("predict-millis", millis);
        }
        return Units.withTokens(
                Units.of(units, made.getMediaMillis(), millis < 0, said),
                JsonText.count(metrics.path("input_token_count")),
                JsonText.count(metrics.path("output_token_count")));
    }

    private static Map<String, String> vendor(JsonNode prediction) {
        var vendor = new TreeMap<String, String>();
        for (var name : List.of("id", "model", "version", "created_at", "started_at", "completed_at", "metrics")) {
            if (prediction.hasNonNull(name)) {
                vendor.put(name, prediction.path(name).toString());
            }
        }
        return vendor;
    }
}

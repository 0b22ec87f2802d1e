package dev.millrace.worker.deepgram;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.worker.media.JobStep;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.Transcript;
import dev.millrace.worker.media.Units;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import dev.millrace.worker.provider.WholeReplyDecoder.Reply;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads a transcript: the best alternative of each channel; the others are in the vendor's own object. */
final class DeepgramTranscript {
    private DeepgramTranscript() {}

    static Read read(Reply head, JsonNode reply) {
        var results = reply.path("results");
        if (!results.path("channels")
                .path(0)
                .path("alternatives")
                .path(0)
                .path("transcript")
                .isTextual()) {
            return Read.failed(new Malformed("a reply without results.channels[0].alternatives[0].transcript"));
        }
        var transcript = new Transcript("deepgram");
        var text = new StringBuilder();
        for (var channel : results.path("channels")) {
            var best = channel.path("alternatives").path(0);
            text.append(text.isEmpty() ? "" : "\n")
                    .append(best.path("transcript").asText(""));
            var language = channel.path("detected_language");
            transcript.language(
                    language.isMissingNode() ? best.path("languages").path(0) : language);
            for (var word : best.path("words")) {
                var written = word.path("punctuated_word");
                transcript.word(
                        (written.isMissingNode() ? word.path("word") : written).asText(),
                        word.path("start"),
                        word.path("end"),
                        word.path("speaker"));
            }
        }
        for (var utterance : results.path("utterances")) {
            transcript.segment(
                    utterance.path("transcript").asText(),
                    utterance.path("start"),
                    utterance.path("end"),
                    utterance.path("speaker"));
        }
        var metadata = reply.path("metadata");
        long lengthMillis = JsonText.millis(metadata.path("duration"));
        return transcript
                .text(text.toString())
                .durationMillis(lengthMillis)
                .done(reply, lengthMillis < 0, vendor(metadata));
    }

    /** The vendor's own object as the answer. */
    static Read raw(Reply head, JsonNode reply) {
        var metadata = reply.path("metadata");
        long lengthMillis = JsonText.millis(metadata.path("duration"));
        var usage = Units.of(Map.of("requests", 1L), lengthMillis, lengthMillis < 0, null);
        return new Read.Done(List.of(JobStep.raw("deepgram", reply)), new Finished(usage, vendor(metadata)), usage);
    }

    private static Map<String, String> vendor(JsonNode metadata) {
        var vendor = new TreeMap<String, String>();
        for (var name : List.of("request_id", "model_info", "created", "warnings")) {
            if (metadata.hasNonNull(name)) {
                vendor.put(name, metadata.path(name).toString());
            }
        }
        return vendor;
    }
}

package dev.millrace.worker.elevenlabs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.Transcript;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import dev.millrace.worker.provider.WholeReplyDecoder.Reply;
import java.util.List;
import java.util.Map;

/** Reads a transcript: one object, or with several channels one per channel under {@code transcripts}. */
final class ElevenLabsTranscript {
    private ElevenLabsTranscript() {}

    static Read read(Reply head, JsonNode reply) {
        var channels = reply.path("transcripts").isArray() ? reply.path("transcripts") : List.of(reply);
        var transcript = new Transcript("elevenlabs");
        var text = new StringBuilder();
        long lengthMillis = JsonText.millis(reply.path("audio_duration_secs"));
        boolean measured = lengthMillis >= 0;
        for (var channel : channels) {
            if (!channel.path("text").isTextual()) {
                return Read.failed(new Malformed("a transcript without text"));
            }
            text.append(text.isEmpty() ? "" : "\n").append(channel.path("text").asText());
            transcript.language(channel.path("language_code"));
            for (var word : channel.path("words")) {
                if (word.path("type").asText("word").equals("word")) {
                    transcript.word(
                            word.path("text").asText(), word.path("start"), word.path("end"), word.path("speaker_id"));
                }
                lengthMillis = measured ? lengthMillis : Math.max(lengthMillis, JsonText.millis(word.path("end")));
            }
        }
        var id = reply.path("transcription_id");
        return transcript
                .text(text.toString())
                .durationMillis(lengthMillis)
                .done(reply, !measured, id.isTextual() ? Map.of("transcription_id", id.toString()) : Map.of());
    }
}

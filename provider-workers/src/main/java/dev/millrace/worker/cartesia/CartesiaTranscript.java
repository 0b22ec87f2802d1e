package dev.millrace.worker.cartesia;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.Transcript;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import dev.millrace.worker.provider.WholeReplyDecoder.Reply;
import java.util.Map;

/** Reads a transcript. */
final class CartesiaTranscript {
    private CartesiaTranscript() {}

    static Read read(Reply head, JsonNode reply) {
        if (!reply.path("text").isTextual()) {
            return Read.failed(new Malformed("a transcript without text"));
        }
        var transcript = new Transcript("cartesia").text(reply.path("text").asText());
        transcript.language(reply.path("language"));
        for (var word : reply.path("words")) {
            transcript.word(word.path("word").asText(), word.path("start"), word.path("end"), word.path("speaker"));
        }
        long lengthMillis = JsonText.millis(reply.path("duration"));
        var id = reply.path("request_id");
        return transcript
                .durationMillis(lengthMillis)
                .done(reply, lengthMillis < 0, id.isTextual() ? Map.of("request_id", id.toString()) : Map.of());
    }
}

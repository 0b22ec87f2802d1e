package dev.millrace.worker.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Speech that is a tone, as long as its text, and transcripts that say which recording they are of. */
final class LocalSounds {
    private static final int RATE = 8000;
    private static final int SAMPLES_PER_WORD = RATE / 10;
    private static final int MAX_WORDS = 600;
    private static final double SECONDS_PER_WORD = 0.25;

    private LocalSounds() {}

    /** A WAV file: a tone of a tenth of a second for every word. */
    static byte[] speech(JsonNode request) {
        var text = request.path("input").asText();
        int samples = SAMPLES_PER_WORD * Math.clamp(Words.count(text), 1, MAX_WORDS);
        double hertz = 220 + Math.floorMod(text.hashCode(), 440);
        var wav = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
        wav.put(ascii("RIFF")).putInt(36 + 2 * samples).put(ascii("WAVEfmt ")).putInt(16);
        wav.putShort((short) 1).putShort((short) 1).putInt(RATE).putInt(2 * RATE);
        wav.putShort((short) 2).putShort((short) 16).put(ascii("data")).putInt(2 * samples);
        for (int i = 0; i < samples; i++) {
            wav.putShort((short) (8000 * Math.sin(2 * Math.PI * hertz * i / RATE)));
        }
        return wav.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The answer of the verbose form; the short one is a part of it. */
    static ObjectNode transcript(LocalBody body) {
        var words = Words.split("a recording of " + body.file().remaining() + " bytes with the mark "
                + Long.toHexString(body.seed("")));
        double seconds = words.size() * SECONDS_PER_WORD;
        var text = String.join("", words);
        var node = JsonNodeFactory.instance.objectNode();
        if (body.request().path("response_format").asText().equals("verbose_json")) {
            node.put("task", "transcribe").put("language", "english").put("duration", seconds);
            var timed = node.putArray("words");
            for (int i = 0; i < words.size(); i++) {
                timed.addObject()
                        .put("word", words.get(i).strip())
                        .put("start", i * SECONDS_PER_WORD)
                        .put("end", (i + 1) * SECONDS_PER_WORD);
            }
            node.putArray("segments")
                    .addObject()
                    .put("id", 0)
                    .put("start", 0.0)
                    .put("end", seconds)
                    .put("text", text);
        }
        node.put("text", text);
        node.putObject("usage").put("type", "duration").put("seconds", seconds);
        return node;
    }
}

package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads speech that comes as base64 in JSON: all of it in a whole reply, piece by piece in a stream with an event at its end. */
final class SpeechReader extends TaskReader {
    private static final String[] DATA = {"audio", "audio_data", "delta", "b64", "data"};
    private static final Set<String> CONTENT = Set.of("audio", "audio_data", "delta", "b64", "data", "type");

    private final boolean whole;
    private final String mimeType;
    private boolean complete;

    SpeechReader(boolean whole, int maxExtraBytes, String mimeType) {
        super(maxExtraBytes, CONTENT);
        this.whole = whole;
        this.mimeType = mimeType;
    }

    @Override
    @Nullable
    String readContent(JsonNode reply) {
        var data = data(reply);
        var bytes = data == null ? null : MediaReader.decoded(data);
        boolean ends = whole || reply.path("type").asText().endsWith(".done");
        if ((data != null && bytes == null) || (whole && bytes == null)) {
            return "audio";
        }
        if (ends) {
            complete = true;
        }
        if (ends || bytes != null) {
            add(0, media(bytes, ends), Map.of());
        }
        return null;
    }

    private MediaDelta media(@Nullable ByteBuffer bytes, boolean last) {
        return new MediaDelta(MediaKind.AUDIO, mimeType, bytes, null, null, last);
    }

    private static @Nullable String data(JsonNode reply) {
        for (var name : DATA) {
            if (reply.path(name).isTextual() && !reply.path(name).asText().isEmpty()) {
                return reply.path(name).asText();
            }
        }
        return null;
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public boolean endsItself() {
        return true;
    }
}

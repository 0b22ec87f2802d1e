package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.TokenLogprob;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the lists under {@code logprobs}. */
public final class LogprobReader {
    private LogprobReader() {}

    /** The tokens; none when it is no list. */
    public static List<TokenLogprob> read(JsonNode list) {
        if (!list.isArray() || list.isEmpty()) {
            return List.of();
        }
        var tokens = new ArrayList<TokenLogprob>(list.size());
        for (var token : list) {
            tokens.add(token(token, read(token.path("top_logprobs"))));
        }
        return tokens;
    }

    private static TokenLogprob token(JsonNode token, List<TokenLogprob> top) {
        return new TokenLogprob(
                token.path("token").asText(""), token.path("logprob").asDouble(), bytes(token.path("bytes")), top);
    }

    private static @Nullable ByteBuffer bytes(JsonNode list) {
        if (!list.isArray()) {
            return null;
        }
        var bytes = ByteBuffer.allocate(list.size());
        list.forEach(value -> bytes.put((byte) value.asInt()));
        return bytes.flip();
    }
}

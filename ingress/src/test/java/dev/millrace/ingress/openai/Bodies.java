package dev.millrace.ingress.openai;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.dialect.Content;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.ingress.json.Mistake;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Short ways to a parsed body. */
final class Bodies {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final ChatDialect DIALECT = new ChatDialect(BodyLimits.DEFAULTS);

    private Bodies() {}

    /** A valid body with further members; single quotes stand for double ones. */
    static String with(String members) {
        var more = members.isEmpty() ? "" : "," + members;
        return json("{'model':'m','messages':[{'role':'user','content':'hi'}]" + more + "}");
    }

    static String messages(String messages) {
        return json("{'model':'m','messages':[" + messages + "]}");
    }

    static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }

    static Incoming incoming(ByteBuffer body, Map<String, String> headers) {
        return new Incoming("/v1/chat/completions", new Content.Raw(body), headers::get, name -> null, NOW);
    }

    static Call call(String body) {
        return call(body, Map.of());
    }

    static Call call(String body, Map<String, String> headers) {
        return DIALECT.read(incoming(StandardCharsets.UTF_8.encode(body), headers));
    }

    static ChatInput input(String body) {
        return (ChatInput) call(body).input();
    }

    static ErrorDetail error(String body) {
        return error(body, Map.of());
    }

    static ErrorDetail error(String body, Map<String, String> headers) {
        try {
            call(body, headers);
        } catch (Mistake mistake) {
            return mistake.detail();
        }
        throw new AssertionError("accepted: " + body);
    }

    static <T> T nonNull(@Nullable T value) {
        return Objects.requireNonNull(value);
    }
}

package dev.millrace.ingress.openai;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.ingress.json.BodyLimits;
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

    static ChatDialect.Parsed parse(String body) {
        return parse(body, Map.of());
    }

    static ChatDialect.Parsed parse(String body, Map<String, String> headers) {
        return DIALECT.parse(
                body.getBytes(StandardCharsets.UTF_8), ChatDialect.Endpoint.COMPLETIONS, headers::get, NOW);
    }

    static ChatCall call(String body) {
        return call(body, Map.of());
    }

    static ChatCall call(String body, Map<String, String> headers) {
        return switch (parse(body, headers)) {
            case ChatDialect.Call(var call) -> call;
            case ChatDialect.Refused(var error) -> throw new AssertionError(error.toString());
        };
    }

    static ChatInput input(String body) {
        return call(body).input();
    }

    static ErrorDetail error(String body) {
        return switch (parse(body)) {
            case ChatDialect.Call _ -> throw new AssertionError("accepted: " + body);
            case ChatDialect.Refused(var error) -> error;
        };
    }

    static <T> T nonNull(@Nullable T value) {
        return Objects.requireNonNull(value);
    }
}

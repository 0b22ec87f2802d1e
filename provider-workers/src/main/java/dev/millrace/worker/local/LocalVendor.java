package dev.millrace.worker.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.worker.local.LocalEvent.Bytes;
import dev.millrace.worker.local.LocalEvent.End;
import dev.millrace.worker.local.LocalEvent.Head;
import dev.millrace.worker.local.LocalEvent.RefuseConnection;
import dev.millrace.worker.local.LocalOptions.Invalid;
import dev.millrace.worker.local.LocalOptions.Valid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The scripted vendor: turns a chat-completions request into timed events, the same ones for the same request and attempt.
 *
 * <p>Knows nothing of how the events travel. Some scripts never end. Stateless and thread-safe.
 *
 * @see LocalOptions what a request can ask for
 */
public final class LocalVendor {
    /** Request header with the number of the attempt, 1-based, for {@code fail_attempts}. */
    public static final String ATTEMPT_HEADER = "x-millrace-attempt";

    private static final ObjectReader JSON = JsonMapper.builder().build().readerFor(JsonNode.class);
    private static final Map<String, String> JSON_TYPE = Map.of("content-type", "application/json");

    /** The events that answer a request. */
    public Iterator<LocalEvent> answer(String body, int attempt) {
        var request = parse(body);
        if (request == null || !request.isObject()) {
            return error(400, "the body is not a JSON object", null);
        }
        return switch (LocalOptions.parse(request, attempt)) {
            case Invalid(var message) -> error(400, message, null);
            case Valid(var options) -> answer(request, options);
        };
    }

    private static @Nullable JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static Iterator<LocalEvent> answer(JsonNode request, LocalOptions options) {
        var failure = options.failure();
        if (failure != null && failure.status() > 0) {
            return error(failure.status(), "the scripted vendor was told to fail", options.retryAfter());
        }
        if (failure == LocalFailure.CONNECT_REFUSED) {
            return List.<LocalEvent>of(new RefuseConnection(0)).iterator();
        }
        if (failure == LocalFailure.HANG_BEFORE_HEADERS) {
            return Collections.emptyIterator();
        }
        var answer = LocalAnswer.to(request, options);
        return request.path("stream").asBoolean()
                ? new LocalStream(request, options, answer)
                : LocalWhole.events(request, options, answer);
    }

    static Iterator<LocalEvent> error(int status, String message, @Nullable String retryAfter) {
        var headers = new HashMap<>(JSON_TYPE);
        if (retryAfter != null) {
            headers.put("retry-after", retryAfter);
        }
        var body = JsonNodeFactory.instance.objectNode();
        body.set("error", errorObject(status, message));
        return List.<LocalEvent>of(new Head(0, status, headers), new Bytes(0, bytes(body.toString())), new End(0))
                .iterator();
    }

    static ObjectNode errorObject(int status, String message) {
        var type = switch (status) {
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> status >= 500 ? "server_error" : "invalid_request_error";
        };
        return JsonNodeFactory.instance
                .objectNode()
                .put("message", message)
                .put("type", type)
                .put("code", Integer.toString(status));
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The members that every chunk and every whole reply begins with. */
    static ObjectNode envelope(JsonNode request, String object) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(
                        "id",
                        "chatcmpl-local-"
                                + Integer.toHexString(request.path("messages").hashCode()))
                .put("object", object)
                .put("created", 0)
                .put("model", request.path("model").asText())
                .put("system_fingerprint", "fp_local");
    }
}

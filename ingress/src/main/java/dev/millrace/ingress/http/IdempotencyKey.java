package dev.millrace.ingress.http;

import dev.millrace.ingress.json.Mistake;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code Idempotency-Key} header. */
final class IdempotencyKey {
    private static final String HEADER = "Idempotency-Key";
    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]{0,253}[\\x21-\\x7e])?");

    private IdempotencyKey() {}

    /** The key of a request, null when it has none; throws {@link Mistake} when it is malformed. */
    static @Nullable String of(HttpServerRequest request) {
        var keys = request.headers().getAll(HEADER);
        if (keys.isEmpty()) {
            return null;
        }
        var key = keys.getFirst().strip();
        if (keys.size() > 1 || !FORM.matcher(key).matches()) {
            throw Mistake.invalid(HEADER, HEADER + ": must be one value of 1 to 255 printable ASCII characters.");
        }
        return key;
    }
}

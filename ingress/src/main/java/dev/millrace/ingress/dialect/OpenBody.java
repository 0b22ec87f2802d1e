package dev.millrace.ingress.dialect;

import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.ingress.options.CallOptions;
import dev.millrace.ingress.options.CallOptionsReader;
import dev.millrace.ingress.options.OptionHeaders;

/**
 * A JSON body with Millrace's own options read.
 *
 * @param body its member {@code millrace} is taken
 * @param fingerprint of the body with options from headers, and of what else of the request counts
 */
public record OpenBody(JsonObject body, CallOptions options, Fingerprint fingerprint) {
    /**
     * Opens the body of a request; throws {@link dev.millrace.ingress.json.Mistake}.
     *
     * @param also what the request asks for beside its body, such as a model in its path
     */
    public static OpenBody of(Incoming request, StrictJson json, String... also) {
        return of(json.object(bytes(request)), request, json, also);
    }

    /** The same for a body that was put together from something else, such as a form. */
    public static OpenBody of(JsonObject root, Incoming request, StrictJson json, String... also) {
        OptionHeaders.fold(root, request.headers(), json);
        var fingerprint = Fingerprint.of(root.node(), also);
        return new OpenBody(root, CallOptionsReader.read(root, request.now()), fingerprint);
    }

    private static byte[] bytes(Incoming request) {
        return switch (request.content()) {
            case Content.Raw(var buffer) -> {
                var bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                yield bytes;
            }
            case Content.Form _ -> throw new IllegalStateException("a form came to a JSON route");
        };
    }
}

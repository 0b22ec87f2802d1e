package dev.millrace.ops.vendor;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call as its dialect is recognised from the path.
 *
 * @param model null when it stands in the body
 * @param streaming null when the body says
 */
record VendorApi(
        WireDialect dialect,
        @Nullable String model,
        @Nullable Boolean streaming) {
    private static final Pattern GENERATE = Pattern.compile(".*/models/(.+):(generateContent|streamGenerateContent)");
    private static final VendorApi CHAT = new VendorApi(new ChatWire(), null, null);
    private static final VendorApi MESSAGES = new VendorApi(new MessagesWire(), null, null);
    private static final VendorApi RESPONSES = new VendorApi(new ResponsesWire(), null, null);
    private static final WireDialect GENERATE_CONTENT = new GenerateContentWire();

    /** The dialect that speaks of things that belong to none. */
    static WireDialect common() {
        return CHAT.dialect();
    }

    /** The call of a path as it stands in the request; empty when no dialect has it. */
    static Optional<VendorApi> ofPath(String path) {
        if (path.endsWith("/chat/completions")) {
            return Optional.of(CHAT);
        }
        if (path.endsWith("/messages")) {
            return Optional.of(MESSAGES);
        }
        if (path.endsWith("/responses")) {
            return Optional.of(RESPONSES);
        }
        var generate = GENERATE.matcher(path);
        return generate.matches()
                ? Optional.of(new VendorApi(
                        GENERATE_CONTENT,
                        decoded(generate.group(1)),
                        generate.group(2).startsWith("stream")))
                : Optional.empty();
    }

    /** A plus is a plus in a path. */
    private static String decoded(String model) {
        return model.indexOf('%') < 0 ? model : URLDecoder.decode(model.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}

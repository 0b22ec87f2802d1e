package dev.millrace.worker.anthropic;

import dev.millrace.catalogue.Provider;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where a provider departs from the API, as the catalogue's {@code quirks} say.
 *
 * @param path {@code messages-path}: below the base address; {@code {model}} stands for the model's name
 * @param streamPath {@code messages-stream-path}: the same for streams
 * @param defaultMaxTokens {@code default-max-tokens}: sent where the caller sets no limit, because the API demands one; 0, the
 *     default, is {@value #DEFAULT_MAX_TOKENS} for Claude 4 and later and {@value #OLD_MAX_TOKENS} for those before
 * @param thinking {@code thinking}: how an effort is said, default {@code by-model}
 * @param outputFormat {@code structured-output}: {@code output-config}, or {@code output-format} for hosts of the older form
 */
public record MessagesOptions(
        Hosting hosting,
        String path,
        String streamPath,
        int defaultMaxTokens,
        Thinking thinking,
        OutputMember outputFormat) {
    /** What every model since Claude 4 can write. */
    public static final int DEFAULT_MAX_TOKENS = 32_000;

    /** What older models can write. */
    public static final int OLD_MAX_TOKENS = 8_000;

    private static final Set<String> NAMES =
            Set.of("messages-path", "messages-stream-path", "default-max-tokens", "thinking", "structured-output");

    /** How an effort becomes thinking. */
    public enum Thinking {
        /** Adaptive for Claude 4.6 and later, a budget for those before. */
        BY_MODEL,
        ADAPTIVE,
        BUDGET
    }

    /** Where the schema of the output stands. */
    public enum OutputMember {
        OUTPUT_CONFIG,
        OUTPUT_FORMAT
    }

    /** The options of a provider; throws {@link IllegalArgumentException} that names the quirk it cannot use. */
    public static MessagesOptions of(Provider provider, Hosting hosting) {
        var quirks = provider.quirks();
        var path = quirks.getOrDefault("messages-path", defaultPath(hosting, false));
        return new MessagesOptions(
                hosting,
                path,
                quirks.getOrDefault(
                        "messages-stream-path",
                        quirks.containsKey("messages-path") ? path : defaultPath(hosting, true)),
                number(quirks),
                word(Thinking.class, quirks, "thinking", Thinking.BY_MODEL),
                word(OutputMember.class, quirks, "structured-output", OutputMember.OUTPUT_CONFIG));
    }

    /** The quirks that this adapter knows. */
    public static Set<String> quirkNames() {
        return NAMES;
    }

    private static String defaultPath(Hosting hosting, boolean stream) {
        return switch (hosting) {
            case ANTHROPIC -> "/messages";
            case VERTEX -> "/publishers/anthropic/models/{model}:" + (stream ? "streamRawPredict" : "rawPredict");
            case BEDROCK -> "/model/{model}/" + (stream ? "invoke-with-response-stream" : "invoke");
        };
    }

    private static int number(Map<String, String> quirks) {
        var text = quirks.get("default-max-tokens");
        if (text == null) {
            return 0;
        }
        if (!text.matches("[1-9][0-9]{0,6}")) {
            throw new IllegalArgumentException("quirks.default-max-tokens: must be 1 to 9999999, got " + text);
        }
        return Integer.parseInt(text);
    }

    private static <E extends Enum<E>> E word(Class<E> type, Map<String, String> quirks, String name, E otherwise) {
        var text = quirks.get(name);
        if (text == null) {
            return otherwise;
        }
        for (var value : type.getEnumConstants()) {
            if (value.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException("quirks." + name + ": unknown value " + text);
    }
}

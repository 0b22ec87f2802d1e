package dev.millrace.worker.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of the scripted vendor, by its member {@code local} and by the model's name.
 *
 * <p>Models: {@code echo} answers with the last user message word by word; {@code lorem} with seeded text; {@code tools} calls the first
 * tool offered (any model does when {@code tool_choice} demands it) and answers from the results once they are there; {@code think}
 * thinks before it echoes; {@code slow} is {@code echo} at 200 ms per token; {@code fail-<failure>} fails, such as {@code fail-503} or
 * {@code fail-hang_mid_stream}. Any other name behaves like {@code echo}.
 *
 * <p>Members of {@code local}: {@code first_token_millis}, {@code gap_millis}, {@code tokens}, {@code seed}, {@code fail} (a
 * {@link LocalFailure}), {@code at} (tokens before the failure, default 3), {@code at_byte}, {@code retry_after} (seconds, may be a
 * fraction), {@code fail_attempts} (only the first so many attempts fail), {@code delta_chars} (echoed text is cut into pieces of so many
 * characters instead of words).
 *
 * @param firstTokenMillis wait before the first token; default 0
 * @param gapMillis wait before each further token; default 20
 * @param tokens how many {@code lorem} makes; default 32
 * @param deltaChars characters of each piece of an echo; 0: a piece is a word
 * @param failure null when it is to succeed
 * @param at tokens before a failure in mid-stream
 * @param atByte bytes before a truncation; -1: {@code at} counts
 */
record LocalOptions(
        String behaviour,
        long firstTokenMillis,
        long gapMillis,
        int tokens,
        long seed,
        int deltaChars,
        @Nullable LocalFailure failure,
        int at,
        long atByte,
        @Nullable String retryAfter) {
    private static final long MAX_WAIT_MILLIS = 3_600_000;
    private static final int MAX_TOKENS = 1_000_000;
    private static final String FAIL_PREFIX = "fail-";

    /** The options of a request, or what is wrong with them. */
    sealed interface Parsed {}

    record Valid(LocalOptions options) implements Parsed {}

    record Invalid(String message) implements Parsed {}

    static Parsed parse(JsonNode request, int attempt) {
        var model = request.path("model").asText();
        model = model.substring(model.lastIndexOf('/') + 1);
        var local = request.path("local");
        if (!local.isObject() && !local.isMissingNode() && !local.isNull()) {
            return new Invalid("local: must be an object");
        }
        var word =
                local.path("fail").asText(model.startsWith(FAIL_PREFIX) ? model.substring(FAIL_PREFIX.length()) : "");
        var failure = word.isEmpty() ? Optional.<LocalFailure>empty() : LocalFailure.ofWord(word);
        if (!word.isEmpty() && failure.isEmpty()) {
            return new Invalid("local.fail: no such failure");
        }
        boolean failsNow = attempt <= local.path("fail_attempts").asInt(Integer.MAX_VALUE);
        return new Valid(new LocalOptions(
                model,
                millis(local, "first_token_millis", 0),
                millis(local, "gap_millis", model.equals("slow") ? 200 : 20),
                Math.clamp(local.path("tokens").asInt(32), 0, MAX_TOKENS),
                local.path("seed").asLong(request.path("seed").asLong(0)),
                Math.max(0, local.path("delta_chars").asInt(0)),
                failsNow ? failure.orElse(null) : null,
                Math.max(0, local.path("at").asInt(3)),
                local.path("at_byte").asLong(-1),
                local.hasNonNull("retry_after") ? local.path("retry_after").asText() : null));
    }

    private static long millis(JsonNode local, String name, long otherwise) {
        return Math.clamp(local.path(name).asLong(otherwise), 0, MAX_WAIT_MILLIS);
    }
}

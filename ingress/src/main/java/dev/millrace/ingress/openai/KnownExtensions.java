package dev.millrace.ingress.openai;

import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.JsonValue;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Members that OpenAI defines and that have no common word: their types are checked, their values travel as they came. */
final class KnownExtensions {
    static final int MAX_METADATA = 16;
    static final int MAX_METADATA_NAME_CHARS = 64;
    static final int MAX_METADATA_CHARS = 512;

    private static final int MAX_TEXT_CHARS = 1024;
    private static final List<String> STRINGS = List.of(
            "user", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "verbosity");
    private static final List<String> OBJECTS =
            List.of("prediction", "web_search_options", "prompt_cache_options", "audio");

    private KnownExtensions() {}

    static void check(JsonObject body) {
        var store = body.peek("store");
        if (store != null) {
            store.bool();
        }
        for (var name : STRINGS) {
            var value = body.peek(name);
            if (value != null) {
                value.string(MAX_TEXT_CHARS);
            }
        }
        for (var name : OBJECTS) {
            var value = body.peek(name);
            if (value != null) {
                value.object();
            }
        }
        audio(body.peek("audio"));
        legacyFunctions(body);
    }

    /** Metadata of the body, which is also sent to the vendor. */
    static Map<String, String> metadata(JsonObject body) {
        var value = body.peek("metadata");
        return value == null
                ? Map.of()
                : value.object().stringMap(MAX_METADATA, MAX_METADATA_NAME_CHARS, MAX_METADATA_CHARS);
    }

    private static void audio(@Nullable JsonValue value) {
        if (value != null) {
            var audio = value.object();
            audio.requiredValue("voice");
            audio.requiredString("format", MAX_TEXT_CHARS);
        }
    }

    private static void legacyFunctions(JsonObject body) {
        var functions = body.peek("functions");
        if (functions != null) {
            functions.array().forEach(function -> function.object().requiredString("name", ToolParser.MAX_NAME_CHARS));
        }
        var call = body.peek("function_call");
        if (call != null && !call.isString()) {
            call.object().requiredString("name", ToolParser.MAX_NAME_CHARS);
        }
    }
}

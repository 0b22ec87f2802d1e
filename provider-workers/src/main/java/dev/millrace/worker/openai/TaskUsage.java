package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Usage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the usage of an operation that is not a chat, under every name the family has for it: {@code prompt_tokens} or {@code input_tokens},
 * {@code completion_tokens} or {@code output_tokens}, a bare {@code total_tokens} for operations without output, seconds of audio.
 */
final class TaskUsage {
    private static final double MILLIS = 1000;

    private TaskUsage() {}

    /** Usage of a reply or event; null when it has none. */
    static @Nullable Usage of(JsonNode reply) {
        var usage = reply.path("usage");
        if (usage.isObject()) {
            return read(usage);
        }
        var billed = reply.path("meta").path("billed_units");
        return billed.isObject() ? read(billed) : null;
    }

    private static Usage read(JsonNode usage) {
        var in = first(usage, "input_tokens_details", "input_token_details", "prompt_tokens_details");
        var out = first(usage, "output_tokens_details", "output_token_details", "completion_tokens_details");
        long input = count(first(usage, "prompt_tokens", "input_tokens"));
        long output = count(first(usage, "completion_tokens", "output_tokens"));
        if (input < 0 && output < 0) {
            input = count(usage.path("total_tokens"));
        }
        return Usage.newBuilder()
                .setInputTokens(input)
                .setOutputTokens(output)
                .setCachedInputTokens(count(in.path("cached_tokens")))
                .setAudioInputTokens(count(in.path("audio_tokens")))
                .setImageInputTokens(count(first(in, usage, "image_tokens")))
                .setAudioOutputTokens(count(out.path("audio_tokens")))
                .setReasoningTokens(count(out.path("reasoning_tokens")))
                .setMediaMillis(millis(usage))
                .setUnits(units(usage, out))
                .setVendorJson(usage.toString())
                .build();
    }

    private static long millis(JsonNode usage) {
        var seconds = first(usage, "seconds", "prompt_audio_seconds", "duration_seconds", "audio_seconds");
        return seconds.isNumber() ? Math.round(seconds.asDouble() * MILLIS) : -1;
    }

    private static Map<String, Long> units(JsonNode usage, JsonNode out) {
        var units = new HashMap<String, Long>();
        put(units, "searches", usage.path("search_units"));
        put(units, "image-output", out.path("image_tokens"));
        put(units, "characters", first(usage, "characters", "input_characters"));
        return units;
    }

    private static void put(Map<String, Long> units, String name, JsonNode node) {
        long value = count(node);
        if (value > 0) {
            units.put(name, value);
        }
    }

    /** The same with a number of things that the vendor charges by the piece, beside tokens or instead of them. */
    static Usage with(@Nullable Usage usage, String unit, long count) {
        var counted = usage == null ? Usage.newBuilder().build() : usage;
        var units = new HashMap<>(counted.getUnits());
        units.put(unit, count);
        return Usage.newBuilder(counted).setUnits(units).build();
    }

    /** The same with the length of the media, unless the vendor's usage says it. */
    static Usage withMillis(@Nullable Usage usage, double seconds) {
        var counted = usage == null ? Usage.newBuilder().build() : usage;
        return counted.getMediaMillis() >= 0
                ? counted
                : Usage.newBuilder(counted)
                        .setMediaMillis(Math.round(seconds * MILLIS))
                        .build();
    }

    private static JsonNode first(JsonNode node, String... names) {
        for (var name : names) {
            if (node.hasNonNull(name)) {
                return node.path(name);
            }
        }
        return node.path(names[0]);
    }

    private static JsonNode first(JsonNode node, JsonNode otherwise, String name) {
        return node.path(name).isNumber() ? node.path(name) : otherwise.path(name);
    }

    private static long count(JsonNode node) {
        return node.isNumber() && node.asDouble() >= 0 ? node.asLong() : -1;
    }
}

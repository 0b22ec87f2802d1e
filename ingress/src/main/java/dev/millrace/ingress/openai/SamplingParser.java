package dev.millrace.ingress.openai;

import dev.millrace.avro.Sampling;
import dev.millrace.ingress.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the model chooses its words. Ranges are those that OpenAI documents. */
final class SamplingParser {
    private static final int MAX_STOPS = 16;
    private static final int MAX_STOP_CHARS = 1024;
    private static final int MAX_BIASES = 2048;

    private static final List<String> MEMBERS = List.of(
            "temperature",
            "top_p",
            "top_k",
            "min_p",
            "max_tokens",
            "max_completion_tokens",
            "stop",
            "seed",
            "n",
            "presence_penalty",
            "frequency_penalty",
            "logit_bias",
            "logprobs",
            "top_logprobs");

    private SamplingParser() {}

    /** The settings of a body; null when it has none. */
    static @Nullable Sampling read(JsonObject body) {
        boolean none = MEMBERS.stream().noneMatch(body::has);
        var sampling = Sampling.newBuilder()
                .setTemperature(body.number("temperature", 0, 2))
                .setTopP(body.number("top_p", 0, 1))
                .setTopK(body.integer("top_k", -1, 1_000_000))
                .setMinP(body.number("min_p", 0, 1))
                .setMaxOutputTokens(maxOutputTokens(body))
                .setStop(stop(body))
                .setSeed(body.longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE))
                .setChoices(body.integer("n", 1, 128))
                .setPresencePenalty(body.number("presence_penalty", -2, 2))
                .setFrequencyPenalty(body.number("frequency_penalty", -2, 2))
                .setLogitBias(logitBias(body))
                .setLogprobs(body.bool("logprobs"))
                .setTopLogprobs(topLogprobs(body))
                .build();
        return none ? null : sampling;
    }

    private static @Nullable Integer maxOutputTokens(JsonObject body) {
        var older = body.integer("max_tokens", 1, Integer.MAX_VALUE);
        var newer = body.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        if (older != null && newer != null && !older.equals(newer)) {
            throw body.requiredValue("max_tokens").invalid("contradicts 'max_completion_tokens'; set one of the two");
        }
        return newer == null ? older : newer;
    }

    private static List<String> stop(JsonObject body) {
        var value = body.value("stop");
        if (value == null) {
            return List.of();
        }
        if (value.isString()) {
            return List.of(value.string(MAX_STOP_CHARS));
        }
        if (!value.isArray()) {
            throw value.wrongType("a string or an array of strings");
        }
        return value.strings(MAX_STOPS, MAX_STOP_CHARS);
    }

    private static Map<String, Double> logitBias(JsonObject body) {
        var object = body.object("logit_bias");
        if (object == null) {
            return Map.of();
        }
        object.requireSize(MAX_BIASES);
        var biases = new HashMap<String, Double>();
        for (var token : object.names()) {
            biases.put(token, object.requiredValue(token).number(-100, 100));
        }
        return biases;
    }

    private static @Nullable Integer topLogprobs(JsonObject body) {
        var count = body.integer("top_logprobs", 0, 20);
        var logprobs = body.bool("logprobs");
        if (count != null && (logprobs == null || !logprobs)) {
            throw body.requiredValue("top_logprobs").invalid("is only allowed when 'logprobs' is true");
        }
        return count;
    }
}

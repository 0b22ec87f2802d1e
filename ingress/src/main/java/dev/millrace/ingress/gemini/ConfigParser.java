package dev.millrace.ingress.gemini;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.Sampling;
import dev.millrace.ingress.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code generationConfig}. Ranges are those the vendor documents. */
final class ConfigParser {
    private static final int MAX_WORD_CHARS = 128;
    private static final int MAX_STOPS = 16;
    private static final int MAX_STOP_CHARS = 1024;
    private static final int MAX_MODALITIES = 8;
    private static final String JSON = "application/json";

    private ConfigParser() {}

    /** Reads the settings into {@code chat}; what has no common word goes to {@code extensions}. */
    static void read(JsonObject body, ChatInput.Builder chat, Map<String, String> extensions) {
        var config = body.object("generationConfig");
        if (config == null) {
            return;
        }
        chat.setSampling(sampling(config));
        chat.setOutputFormat(format(config));
        chat.setReasoning(reasoning(config.object("thinkingConfig")));
        chat.setModalities(config.nonEmptyStrings("responseModalities", MAX_MODALITIES, MAX_WORD_CHARS).stream()
                .map(word -> word.toLowerCase(Locale.ROOT))
                .toList());
        var rest = config.restJson();
        if (rest != null) {
            extensions.put("generationConfig", rest);
        }
    }

    private static @Nullable Sampling sampling(JsonObject config) {
        var topK = config.number("topK", 0, 1_000_000);
        var sampling = Sampling.newBuilder()
                .setTemperature(config.number("temperature", 0, 2))
                .setTopP(config.number("topP", 0, 1))
                .setTopK(topK == null ? null : (int) Math.round(topK))
                .setMaxOutputTokens(config.integer("maxOutputTokens", 1, Integer.MAX_VALUE))
                .setStop(config.strings("stopSequences", MAX_STOPS, MAX_STOP_CHARS))
                .setSeed(config.longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE))
                .setChoices(config.integer("candidateCount", 1, 128))
                .setPresencePenalty(config.number("presencePenalty", -2, 2))
                .setFrequencyPenalty(config.number("frequencyPenalty", -2, 2))
                .setLogprobs(config.bool("responseLogprobs"))
                .setTopLogprobs(config.integer("logprobs", 0, 20))
                .build();
        return sampling.equals(Sampling.newBuilder().build()) ? null : sampling;
    }

    private static @Nullable OutputFormat format(JsonObject config) {
        var type = config.value("responseMimeType");
        var older = config.object("responseSchema");
        var newer = config.object("responseJsonSchema");
        if (older != null && newer != null) {
            throw config.requiredValue("responseSchema")
                    .invalid("contradicts 'responseJsonSchema'; set one of the two");
        }
        var word = type == null ? "" : type.string(MAX_WORD_CHARS);
        var format = OutputFormat.newBuilder();
        boolean schema = older != null || newer != null;
        if (schema && (word.isEmpty() || word.equals(JSON))) {
            var text = older != null
                    ? SchemaWords.jsonSchema(older.node()).toString()
                    : newer == null ? null : newer.node().toString();
            return format.setKind(OutputKind.JSON_SCHEMA)
                    .setName("response")
                    .setSchema$(text)
                    .build();
        }
        return switch (word) {
            case "" -> null;
            case JSON -> format.setKind(OutputKind.JSON_OBJECT).build();
            case "text/plain" -> format.setKind(OutputKind.TEXT).build();
            default -> other(config, format, word);
        };
    }

    /** Another type, such as an enumeration's: its members travel as they came. */
    private static OutputFormat other(JsonObject config, OutputFormat.Builder format, String word) {
        var extensions = new LinkedHashMap<String, String>();
        for (var name : List.of("responseMimeType", "responseSchema", "responseJsonSchema")) {
            var value = config.peek(name);
            if (value != null) {
                extensions.put(name, value.json());
            }
        }
        return format.setKind(OutputKind.OTHER)
                .setName(word)
                .setExtensions(extensions)
                .build();
    }

    private static @Nullable Reasoning reasoning(@Nullable JsonObject thinking) {
        if (thinking == null) {
            return null;
        }
        var level = thinking.string("thinkingLevel", MAX_WORD_CHARS);
        var include = thinking.bool("includeThoughts");
        var reasoning = Reasoning.newBuilder()
                .setEffort(
                        level == null || level.equals("THINKING_LEVEL_UNSPECIFIED")
                                ? null
                                : level.toLowerCase(Locale.ROOT))
                .setBudgetTokens(thinking.integer("thinkingBudget", -1, 1_000_000))
                .setSummary(include != null && include ? "auto" : null)
                .setExtensions(thinking.rest())
                .build();
        return reasoning.equals(Reasoning.newBuilder().build()) ? null : reasoning;
    }
}

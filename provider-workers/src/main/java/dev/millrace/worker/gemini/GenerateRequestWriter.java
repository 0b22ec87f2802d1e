package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.Sampling;
import dev.millrace.dialect.Marks;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the body of a {@code generateContent} request. One instance per request.
 *
 * @see <a href="https://ai.google.dev/api/generate-content#method:-models.generatecontent">generateContent</a>
 */
final class GenerateRequestWriter {
    private static final Set<String> OPEN_DIALECTS = Set.of(CandidateReader.DIALECT, "native", "topic");
    private static final Set<String> OWN = Set.of("model", "contents", "stream", "local", "millrace");

    /** Other dialects' members about the caller and the delivery; the vendor's answer does not depend on them. */
    private static final Set<String> NOT_FOR_VENDORS = Set.of(
            "local",
            "millrace",
            "model",
            "stream",
            "stream_options",
            "user",
            "metadata",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "store");

    private final String dialect;
    private final boolean open;
    private final String vendorModel;
    private final Problems problems;

    GenerateRequestWriter(String dialect, String vendorModel, Problems problems) {
        this.dialect = dialect;
        this.open = OPEN_DIALECTS.contains(dialect);
        this.vendorModel = vendorModel;
        this.problems = problems;
    }

    ObjectNode write(ChatInput chat) {
        var body = JsonNodeFactory.instance.objectNode();
        new ContentWriter(open, vendorModel, problems).write(chat.getMessages(), body);
        new ToolWriter(open, problems).write(chat, body);
        var config = JsonNodeFactory.instance.objectNode();
        if (chat.getSampling() != null) {
            sampling(chat.getSampling(), config);
        }
        if (chat.getOutputFormat() != null) {
            format(chat.getOutputFormat(), config);
        }
        if (chat.getReasoning() != null) {
            boolean same = dialect.equals(CandidateReader.DIALECT);
            ThinkingWriter.write(chat.getReasoning(), vendorModel, same, open, config, problems);
        }
        for (var modality : chat.getModalities()) {
            config.withArrayProperty("responseModalities").add(modality.toUpperCase(Locale.ROOT));
        }
        if (!config.isEmpty()) {
            body.set("generationConfig", config);
        }
        extensions(chat.getExtensions(), body);
        return body;
    }

    private void sampling(Sampling sampling, ObjectNode config) {
        put(config, "temperature", sampling.getTemperature());
        put(config, "topP", sampling.getTopP());
        put(config, "topK", sampling.getTopK());
        put(config, "maxOutputTokens", sampling.getMaxOutputTokens());
        put(config, "seed", sampling.getSeed());
        put(config, "candidateCount", sampling.getChoices());
        put(config, "presencePenalty", sampling.getPresencePenalty());
        put(config, "frequencyPenalty", sampling.getFrequencyPenalty());
        put(config, "responseLogprobs", sampling.getLogprobs());
        put(config, "logprobs", sampling.getTopLogprobs());
        sampling.getStop()
                .forEach(stop -> config.withArrayProperty("stopSequences").add(stop));
        if (sampling.getMinP() != null) {
            problems.add("sampling.minP", "has no counterpart in Gemini's dialect");
        }
        if (!sampling.getLogitBias().isEmpty()) {
            problems.add("sampling.logitBias", "has no counterpart in Gemini's dialect");
        }
    }

    private static void put(ObjectNode into, String member, @Nullable Object value) {
        if (value != null) {
            into.putPOJO(member, value);
        }
    }

    private void format(OutputFormat format, ObjectNode config) {
        switch (format.getKind()) {
            case TEXT -> config.put("responseMimeType", "text/plain");
            case JSON_OBJECT -> config.put("responseMimeType", "application/json");
            case JSON_SCHEMA -> {
                config.put("responseMimeType", "application/json");
                problems.set(config, "responseJsonSchema", format.getSchema$(), "outputFormat.schema");
            }
            case OTHER -> {
                if (!open) {
                    problems.add("outputFormat", "has no counterpart in Gemini's dialect");
                }
            }
        }
        if (open) {
            problems.merge(config, format.getExtensions(), Set.of(), "outputFormat.extensions");
        }
    }

    private void extensions(Map<String, String> extensions, ObjectNode body) {
        if (open) {
            problems.merge(body, extensions, OWN, "extensions");
            return;
        }
        for (var extension : new TreeMap<>(extensions).entrySet()) {
            var name = extension.getKey();
            if (!NOT_FOR_VENDORS.contains(name) && !Marks.isMark(name) && !spoken(name, extension.getValue(), body)) {
                problems.add(name, "a member of dialect " + dialect + " that has no counterpart in Gemini's dialect");
            }
        }
    }

    /** Members of other dialects that this one can say in its own words. */
    private boolean spoken(String name, String json, ObjectNode body) {
        var object = Problems.object(json);
        return switch (name) {
            case "service_tier" -> json.equals("\"auto\"") || json.equals("\"default\"");
            case "audio" -> {
                var voice = object == null ? "" : object.path("voice").asText();
                Voices.set(body.withObjectProperty("generationConfig"), voice);
                boolean raw = object != null && object.path("format").asText().startsWith("pcm");
                yield raw && !voice.isEmpty();
            }
            case "web_search_options" -> {
                body.withArrayProperty("tools").addObject().putObject("googleSearch");
                yield object != null && object.isEmpty();
            }
            default -> false;
        };
    }
}

package dev.millrace.worker.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.Sampling;
import dev.millrace.dialect.Marks;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.worker.provider.RenderProblems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the body of a request of the Responses dialect. One instance per request. */
final class ResponsesRequestWriter {
    /** Members of ours that no vendor must see or set. */
    private static final Set<String> KEPT_BACK = Set.of(
            "model",
            "input",
            "stream",
            "stream_options",
            "background",
            "previous_response_id",
            "conversation",
            "millrace",
            "local");

    private static final Set<String> OPEN_DIALECTS = Set.of(ResponsesMarks.DIALECT, "native", "topic");

    /** What chat completions call by the same name and mean by it the same. */
    private static final Set<String> SHARED = Set.of(
            "store",
            "service_tier",
            "user",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "metadata");

    private final RenderProblems problems = new RenderProblems();

    RenderProblems problems() {
        return problems;
    }

    ObjectNode write(AttemptOrder order, ChatInput chat) {
        var dialect = order.getRequest().getDialect();
        var body = JsonNodeFactory.instance.objectNode();
        body.put("model", order.getVendorModel());
        new InputWriter(problems, dialect).write(chat.getMessages(), body);
        new ToolWriter(problems, dialect).write(chat, body);
        if (chat.getOutputFormat() != null) {
            outputFormat(body, chat.getOutputFormat());
        }
        if (chat.getReasoning() != null) {
            reasoning(body, chat.getReasoning());
        }
        modalities(chat.getModalities());
        if (order.getRequest().getDelivery().getStream()) {
            body.put("stream", true);
        }
        extensions(body, dialect, chat.getExtensions());
        if (chat.getSampling() != null) {
            sampling(body, chat.getSampling());
        }
        return body;
    }

    private void modalities(List<String> modalities) {
        if (!modalities.isEmpty() && !modalities.equals(List.of("text"))) {
            problems.add("modalities", "modalities: the Responses API answers with text only");
        }
    }

    private void outputFormat(ObjectNode body, OutputFormat format) {
        var node = body.putObject("text").putObject("format");
        switch (format.getKind()) {
            case TEXT -> node.put("type", "text");
            case JSON_OBJECT -> node.put("type", "json_object");
            case JSON_SCHEMA -> {
                node.put("type", "json_schema");
                node.put("name", format.getName() == null ? "response" : format.getName());
                if (format.getDescription() != null) {
                    node.put("description", format.getDescription());
                }
                if (format.getSchema$() != null) {
                    put(node, "schema", problems.parse("outputFormat.schema", format.getSchema$()));
                }
                if (format.getStrict() != null) {
                    node.put("strict", format.getStrict());
                }
            }
            case OTHER -> {}
        }
        problems.merge(node, format.getExtensions(), Set.of(), "outputFormat.extensions");
    }

    private void reasoning(ObjectNode body, Reasoning reasoning) {
        if (reasoning.getBudgetTokens() != null) {
            problems.add(
                    "reasoning.budgetTokens",
                    "reasoning.budgetTokens: the Responses API takes an effort, not a number of tokens");
        }
        var node = body.putObject("reasoning");
        if (reasoning.getEffort() != null) {
            node.put("effort", reasoning.getEffort());
        }
        if (reasoning.getSummary() != null) {
            node.put("summary", reasoning.getSummary());
        }
        problems.merge(node, reasoning.getExtensions(), Set.of(), "reasoning.extensions");
        if (node.isEmpty()) {
            body.remove("reasoning");
        }
    }

    private void sampling(ObjectNode body, Sampling sampling) {
        putNumber(body, "temperature", sampling.getTemperature());
        putNumber(body, "top_p", sampling.getTopP());
        putNumber(body, "max_output_tokens", sampling.getMaxOutputTokens());
        putNumber(body, "top_logprobs", sampling.getTopLogprobs());
        if (Boolean.TRUE.equals(sampling.getLogprobs())) {
            var include = body.path("include") instanceof ArrayNode present ? present : body.putArray("include");
            include.add("message.output_text.logprobs");
        }
        refuse("topK", sampling.getTopK());
        refuse("minP", sampling.getMinP());
        refuse("seed", sampling.getSeed());
        refuse("presencePenalty", zeroIsNone(sampling.getPresencePenalty()));
        refuse("frequencyPenalty", zeroIsNone(sampling.getFrequencyPenalty()));
        refuse("stop", sampling.getStop().isEmpty() ? null : sampling.getStop());
        refuse("logitBias", sampling.getLogitBias().isEmpty() ? null : sampling.getLogitBias());
        refuse("choices", sampling.getChoices() != null && sampling.getChoices() == 1 ? null : sampling.getChoices());
    }

    private static @Nullable Double zeroIsNone(@Nullable Double penalty) {
        return penalty != null && penalty == 0 ? null : penalty;
    }

    private void refuse(String member, @Nullable Object value) {
        if (value != null) {
            problems.add("sampling." + member, "sampling." + member + ": the Responses API has no such parameter");
        }
    }

    private void extensions(ObjectNode body, String dialect, Map<String, String> extensions) {
        var passed = new HashMap<String, String>();
        extensions.forEach((name, json) -> {
            if (name.startsWith(ResponsesMarks.PREFIX)) {
                passed.put(name.substring(ResponsesMarks.PREFIX.length()), json);
            } else if (OPEN_DIALECTS.contains(dialect) || (dialect.equals("openai-chat") && SHARED.contains(name))) {
                passed.put(name, json);
            } else if (dialect.equals("openai-chat") && name.equals("verbosity")) {
                put(text(body), "verbosity", problems.parse(name, json));
            } else if (!Marks.isMark(name)) {
                problems.add(name, name + ": the Responses API has no counterpart for it");
            }
        });
        var text = passed.remove("text");
        if (text != null && problems.parse("text", text) instanceof ObjectNode more) {
            more.properties().forEach(member -> text(body).set(member.getKey(), member.getValue()));
        }
        problems.merge(body, passed, KEPT_BACK, "extensions");
    }

    private static ObjectNode text(ObjectNode body) {
        return body.path("text") instanceof ObjectNode present ? present : body.putObject("text");
    }

    static void put(ObjectNode into, String member, @Nullable JsonNode value) {
        if (value != null) {
            into.set(member, value);
        }
    }

    private static void putNumber(ObjectNode into, String member, @Nullable Number value) {
        if (value != null) {
            into.putPOJO(member, value);
        }
    }
}

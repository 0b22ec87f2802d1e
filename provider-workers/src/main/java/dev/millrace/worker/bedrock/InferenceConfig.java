package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.Sampling;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes how the answer shall be: {@code inferenceConfig}, {@code outputConfig}, and in {@code additionalModelRequestFields} what the maker of
 * the model has a word for and Converse has not.
 */
final class InferenceConfig {
    private static final String ADDITIONAL = "additionalModelRequestFields";
    private static final int MIN_BUDGET = 1024;

    private final Members members;
    private final ModelFamily family;
    private final String vendorModel;

    InferenceConfig(Members members, String vendorModel) {
        this.members = members;
        this.family = ModelFamily.of(vendorModel);
        this.vendorModel = vendorModel;
    }

    void write(ChatInput chat, ObjectNode body) {
        if (chat.getSampling() != null) {
            sampling(chat.getSampling(), body);
        }
        if (chat.getReasoning() != null) {
            reasoning(chat.getReasoning(), chat.getSampling(), body);
        }
        if (chat.getOutputFormat() != null) {
            format(chat.getOutputFormat(), body);
        }
        for (var modality : chat.getModalities()) {
            if (!modality.equals("text")) {
                members.refuse("modalities", "Converse cannot be asked for '" + modality + "'");
            }
        }
    }

    private void sampling(Sampling sampling, ObjectNode body) {
        var config = body.withObjectProperty("inferenceConfig");
        if (sampling.getMaxOutputTokens() != null) {
            config.put("maxTokens", sampling.getMaxOutputTokens());
        }
        if (sampling.getTemperature() != null) {
            config.put("temperature", sampling.getTemperature());
        }
        if (sampling.getTopP() != null) {
            config.put("topP", sampling.getTopP());
        }
        if (!sampling.getStop().isEmpty()) {
            sampling.getStop().forEach(config.putArray("stopSequences")::add);
        }
        if (config.isEmpty()) {
            body.remove("inferenceConfig");
        }
        topK(sampling.getTopK(), body);
        refuse("minP", sampling.getMinP());
        refuse("seed", sampling.getSeed());
        refuse("presencePenalty", sampling.getPresencePenalty());
        refuse("frequencyPenalty", sampling.getFrequencyPenalty());
        refuse("choices", Integer.valueOf(1).equals(sampling.getChoices()) ? null : sampling.getChoices());
        refuse("logprobs", Boolean.TRUE.equals(sampling.getLogprobs()) ? true : null);
        refuse("topLogprobs", sampling.getTopLogprobs());
        refuse("logitBias", sampling.getLogitBias().isEmpty() ? null : true);
    }

    private void refuse(String name, @Nullable Object value) {
        if (value != null) {
            members.refuse("sampling." + name, "Converse has no word for it");
        }
    }

    private void topK(@Nullable Integer topK, ObjectNode body) {
        if (topK == null) {
            return;
        }
        var additional = body.withObjectProperty(ADDITIONAL);
        switch (family) {
            case ANTHROPIC, MISTRAL -> additional.put("top_k", topK);
            case COHERE -> additional.put("k", topK);
            case NOVA -> additional.withObjectProperty("inferenceConfig").put("topK", topK);
            case OPENAI, OTHER -> refuse("topK", topK);
        }
    }

    private void reasoning(Reasoning reasoning, @Nullable Sampling sampling, ObjectNode body) {
        var summary = reasoning.getSummary();
        if (summary != null && !summary.equals("auto")) {
            members.refuse("reasoning.summary", "Converse has no word for it");
        }
        members.merge(
                body.withObjectProperty(ADDITIONAL),
                reasoning.getExtensions(),
                Set.of("display"),
                Set.of(),
                "reasoning.extensions");
        var effort = reasoning.getEffort();
        switch (family) {
            case ANTHROPIC -> thinking(effort, reasoning.getBudgetTokens(), sampling, body);
            case NOVA -> {
                refuseBudget(reasoning);
                nova(effort, body);
            }
            case OPENAI -> {
                refuseBudget(reasoning);
                if (effort != null) {
                    body.withObjectProperty(ADDITIONAL).put("reasoning_effort", effort);
                }
            }
            case COHERE, MISTRAL, OTHER -> {
                refuseBudget(reasoning);
                if (effort != null && !effort.equals("none")) {
                    members.refuse("reasoning.effort", "this model takes none on Bedrock");
                }
            }
        }
        if (body.path(ADDITIONAL).isEmpty()) {
            body.remove(ADDITIONAL);
        }
    }

    private void refuseBudget(Reasoning reasoning) {
        if (reasoning.getBudgetTokens() != null) {
            members.refuse("reasoning.budgetTokens", "this model takes no budget on Bedrock");
        }
    }

    private void nova(@Nullable String effort, ObjectNode body) {
        if (effort == null) {
            return;
        }
        var config = body.withObjectProperty(ADDITIONAL).putObject("reasoningConfig");
        switch (effort) {
            case "none" -> config.put("type", "disabled");
            case "minimal", "low" -> config.put("type", "enabled").put("maxReasoningEffort", "low");
            case "medium" -> config.put("type", "enabled").put("maxReasoningEffort", "medium");
            case "high", "xhigh", "max" -> config.put("type", "enabled").put("maxReasoningEffort", "high");
            default -> members.refuse("reasoning.effort", "'" + effort + "' has no counterpart");
        }
    }

    private void thinking(
            @Nullable String effort, @Nullable Integer budgetTokens, @Nullable Sampling sampling, ObjectNode body) {
        var additional = body.withObjectProperty(ADDITIONAL);
        if ("none".equals(effort) && budgetTokens == null) {
            additional.putObject("thinking").put("type", "disabled");
        } else if (budgetTokens != null) {
            additional.putObject("thinking").put("type", "enabled").put("budget_tokens", budgetTokens);
        } else if (effort != null && ModelFamily.thinksAdaptively(vendorModel)) {
            additional.putObject("thinking").put("type", "adaptive");
            additional.putObject("output_config").put("effort", effort.equals("minimal") ? "low" : effort);
        } else if (effort != null) {
            var limit = sampling == null ? null : sampling.getMaxOutputTokens();
            additional.putObject("thinking").put("type", "enabled").put("budget_tokens", budget(effort, limit));
        }
    }

    /** The same steps as for the maker's own API, at most half of what the caller allows. */
    private int budget(String effort, @Nullable Integer limit) {
        int wished = switch (effort) {
            case "minimal" -> MIN_BUDGET;
            case "low" -> 2048;
            case "medium" -> 8192;
            case "high" -> 16_384;
            case "xhigh", "max" -> 24_000;
            default -> 0;
        };
        int budget = limit == null ? wished : Math.min(wished, limit / 2);
        if (wished == 0) {
            members.refuse("reasoning.effort", "'" + effort + "' has no counterpart");
        } else if (budget < MIN_BUDGET) {
            members.refuse(
                    "reasoning.effort",
                    "thinking takes at least " + MIN_BUDGET + " tokens; allow twice that for the whole answer");
        }
        return budget;
    }

    private void format(OutputFormat format, ObjectNode body) {
        switch (format.getKind()) {
            case TEXT -> {}
            case JSON_OBJECT, OTHER ->
                members.refuse("outputFormat", "Converse has no form for JSON without a schema; give a JSON schema");
            case JSON_SCHEMA -> {
                var text = body.withObjectProperty("outputConfig").putObject("textFormat");
                text.put("type", "json_schema");
                var schema = text.putObject("structure").putObject("jsonSchema");
                schema.put("schema", format.getSchema$() == null ? "{}" : format.getSchema$());
                schema.put("name", format.getName() == null ? "response" : format.getName());
                if (format.getDescription() != null) {
                    schema.put("description", format.getDescription());
                }
            }
        }
    }
}

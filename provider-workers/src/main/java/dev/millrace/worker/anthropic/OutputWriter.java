package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.Sampling;
import dev.millrace.worker.anthropic.MessagesOptions.OutputMember;
import dev.millrace.worker.provider.RenderProblems;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes how the answer shall be: its length, its form, how hard to think, how to sample.
 *
 * <p>An effort is {@code thinking.type=adaptive} with {@code output_config.effort} for models that know it, and a budget of tokens for
 * those that do not: 1024, 2048, 8192, 16384 or 24000 from {@code minimal} to {@code xhigh}, at most half of what the caller allows.
 */
final class OutputWriter {
    private static final Pattern VERSION = Pattern.compile("claude-[a-z]+-(\\d{1,2})(?:[-.](\\d{1,2}))?(?!\\d)");
    private static final int MIN_BUDGET = 1024;

    private final MessagesOptions options;
    private final Members members;
    private final RenderProblems problems;

    OutputWriter(MessagesOptions options, Members members) {
        this.options = options;
        this.members = members;
        this.problems = members.problems();
    }

    void write(ChatInput chat, String vendorModel, ObjectNode body) {
        var sampling = chat.getSampling();
        Integer limit = sampling == null ? null : sampling.getMaxOutputTokens();
        if (sampling != null) {
            sampling(sampling, body);
        }
        int budget = chat.getReasoning() == null ? 0 : reasoning(chat.getReasoning(), limit, vendorModel, body);
        body.put("max_tokens", limit == null ? defaultLimit(vendorModel, budget) : limit);
        if (chat.getOutputFormat() != null) {
            format(chat.getOutputFormat(), body);
        }
        for (var modality : chat.getModalities()) {
            if (!modality.equals("text")) {
                problems.add("modalities", "modalities: the API answers in text, not in " + modality);
            }
        }
    }

    /** The API demands a limit: what the catalogue says, else what every model of the generation can write, and room for thinking. */
    private int defaultLimit(String vendorModel, int budget) {
        int limit = options.defaultMaxTokens();
        if (limit == 0) {
            limit = generation(vendorModel) >= 400
                    ? MessagesOptions.DEFAULT_MAX_TOKENS
                    : MessagesOptions.OLD_MAX_TOKENS;
        }
        return Math.max(limit, budget + MessagesOptions.OLD_MAX_TOKENS);
    }

    private void sampling(Sampling sampling, ObjectNode body) {
        if (sampling.getTemperature() != null) {
            body.put("temperature", sampling.getTemperature());
            if (sampling.getTemperature() > 1 && !members.sameDialect()) {
                problems.add("sampling.temperature", "sampling.temperature: Anthropic's models take 0 to 1");
            }
        }
        if (sampling.getTopP() != null) {
            body.put("top_p", sampling.getTopP());
        }
        if (sampling.getTopK() != null) {
            body.put("top_k", sampling.getTopK());
        }
        if (!sampling.getStop().isEmpty()) {
            sampling.getStop().forEach(body.putArray("stop_sequences")::add);
        }
        refuse("minP", sampling.getMinP() != null);
        refuse("seed", sampling.getSeed() != null);
        refuse("choices", sampling.getChoices() != null && sampling.getChoices() != 1);
        refuse("presencePenalty", isSet(sampling.getPresencePenalty()));
        refuse("frequencyPenalty", isSet(sampling.getFrequencyPenalty()));
        refuse("logitBias", !sampling.getLogitBias().isEmpty());
        refuse("logprobs", Boolean.TRUE.equals(sampling.getLogprobs()));
        refuse("topLogprobs", sampling.getTopLogprobs() != null && sampling.getTopLogprobs() != 0);
    }

    private static boolean isSet(@Nullable Double penalty) {
        return penalty != null && penalty != 0;
    }

    private void refuse(String name, boolean asked) {
        if (asked) {
            problems.add(
                    "sampling." + name, "sampling." + name + ": Anthropic's Messages API has no counterpart for it");
        }
    }

    /** Returns the tokens that thinking may take of the answer's. */
    private int reasoning(Reasoning reasoning, @Nullable Integer limit, String vendorModel, ObjectNode body) {
        members.merge(body.objectNode(), reasoning.getExtensions(), Set.of(), Set.of(), "reasoning.extensions");
        var effort = reasoning.getEffort();
        int budget = 0;
        if (reasoning.getBudgetTokens() != null) {
            budget = reasoning.getBudgetTokens();
            body.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
            if (effort != null) {
                config(body).put("effort", effort);
            }
        } else if (effort == null || isAdaptive(vendorModel)) {
            adaptive(effort, body);
        } else if (effort.equals("none")) {
            body.putObject("thinking").put("type", "disabled");
        } else {
            budget = budget(effort, limit);
            body.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
        }
        display(reasoning.getSummary(), body);
        return budget;
    }

    private void adaptive(@Nullable String effort, ObjectNode body) {
        boolean off = "none".equals(effort);
        body.putObject("thinking").put("type", off ? "disabled" : "adaptive");
        if (effort != null && !off) {
            config(body).put("effort", effort.equals("minimal") ? "low" : effort);
        }
    }

    private boolean isAdaptive(String vendorModel) {
        return switch (options.thinking()) {
            case ADAPTIVE -> true;
            case BUDGET -> members.sameDialect();
            case BY_MODEL -> members.sameDialect() || generation(vendorModel) >= 406;
        };
    }

    /** Claude 4.6 is 406; 0 for names that do not say, those before Claude 4 among them. */
    private static int generation(String vendorModel) {
        var version = VERSION.matcher(vendorModel);
        if (!version.find()) {
            return 0;
        }
        return Integer.parseInt(version.group(1)) * 100
                + (version.group(2) == null ? 0 : Integer.parseInt(version.group(2)));
    }

    private int budget(String effort, @Nullable Integer limit) {
        int wished = switch (effort) {
            case "minimal" -> MIN_BUDGET;
            case "low" -> 2048;
            case "medium" -> 8192;
            case "high" -> 16_384;
            case "xhigh", "max" -> 24_000;
            default -> 0;
        };
        if (wished == 0) {
            problems.add("reasoning.effort", "reasoning.effort: '" + effort + "' has no counterpart");
        }
        int budget = limit == null ? wished : Math.min(wished, limit / 2);
        if (budget < MIN_BUDGET) {
            problems.add(
                    "reasoning.effort",
                    "reasoning.effort: thinking takes at least " + MIN_BUDGET
                            + " tokens; allow twice that for the whole answer");
        }
        return budget;
    }

    /** Whether the thinking is shown in summary or only signed. */
    private void display(@Nullable String summary, ObjectNode body) {
        if (summary != null && body.path("thinking") instanceof ObjectNode thinking) {
            switch (summary) {
                case "auto", "concise", "detailed" -> thinking.put("display", "summarized");
                case "none" -> thinking.put("display", "omitted");
                default -> problems.add("reasoning.summary", "reasoning.summary: '" + summary + "' is not known");
            }
        }
    }

    private void format(OutputFormat format, ObjectNode body) {
        switch (format.getKind()) {
            case TEXT -> {}
            case JSON_OBJECT ->
                problems.add(
                        "outputFormat",
                        "outputFormat: the API has no form for JSON without a schema; give a JSON schema");
            case OTHER ->
                members.merge(
                        config(body).putObject("format"),
                        format.getExtensions(),
                        Set.of(),
                        Set.of(),
                        "outputFormat.extensions");
            case JSON_SCHEMA -> schema(format, body);
        }
    }

    private void schema(OutputFormat format, ObjectNode body) {
        var json = format.getSchema$() == null ? "{}" : format.getSchema$();
        if (!(problems.parse("outputFormat.schema", json) instanceof ObjectNode schema)) {
            problems.add("outputFormat.schema", "outputFormat.schema: must be a JSON object");
            return;
        }
        if (format.getDescription() != null && !schema.has("description")) {
            schema.put("description", format.getDescription());
        }
        boolean older = options.outputFormat() == OutputMember.OUTPUT_FORMAT;
        var node = older ? body.putObject("output_format") : config(body).putObject("format");
        node.put("type", "json_schema").set("schema", schema);
        members.merge(node, format.getExtensions(), Set.of("type", "schema"), Set.of(), "outputFormat.extensions");
    }

    static ObjectNode config(ObjectNode body) {
        return body.withObjectProperty("output_config");
    }
}

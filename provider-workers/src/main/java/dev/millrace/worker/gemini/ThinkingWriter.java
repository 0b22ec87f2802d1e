package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Reasoning;
import dev.millrace.dialect.Marks;
import java.util.Locale;
import java.util.Set;

/**
 * Writes {@code thinkingConfig}. Models before version 3 take a number of tokens and no level; an effort is turned into the numbers of
 * Google's own OpenAI-compatible API. Other dialects' callers expect to see the thinking they ask for, so that it is included for them.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/openai#thinking">Efforts and budgets</a>
 */
final class ThinkingWriter {
    private static final Set<String> OWN = Set.of("thinkingLevel", "thinkingBudget", "includeThoughts");

    private ThinkingWriter() {}

    static void write(
            Reasoning reasoning,
            String vendorModel,
            boolean sameDialect,
            boolean open,
            ObjectNode into,
            Problems problems) {
        var config = JsonNodeFactory.instance.objectNode();
        var effort = reasoning.getEffort();
        if (effort != null) {
            if (sameDialect) {
                config.put("thinkingLevel", effort);
            } else {
                effort(effort.toLowerCase(Locale.ROOT), vendorModel, config, problems);
            }
        }
        if (reasoning.getBudgetTokens() != null) {
            config.put("thinkingBudget", reasoning.getBudgetTokens());
        }
        boolean off = "none".equals(effort) || Integer.valueOf(0).equals(reasoning.getBudgetTokens());
        if (reasoning.getSummary() != null ? !reasoning.getSummary().equals("none") : !sameDialect && !off) {
            config.put("includeThoughts", true);
        }
        if (open) {
            problems.merge(config, reasoning.getExtensions(), OWN, "reasoning.extensions");
        } else {
            reasoning.getExtensions().keySet().stream()
                    .filter(name -> !Marks.isMark(name))
                    .findFirst()
                    .ifPresent(name ->
                            problems.add("reasoning.extensions." + name, "has no counterpart in Gemini's dialect"));
        }
        if (!config.isEmpty()) {
            into.set("thinkingConfig", config);
        }
    }

    private static void effort(String effort, String model, ObjectNode config, Problems problems) {
        boolean byBudget = model.startsWith("gemini-2") || model.startsWith("gemini-1");
        switch (effort) {
            case "none" -> {
                if (byBudget) {
                    config.put("thinkingBudget", 0);
                } else {
                    config.put("thinkingLevel", "minimal");
                }
            }
            case "minimal", "low", "medium", "high" -> {
                if (byBudget) {
                    config.put(
                            "thinkingBudget", effort.equals("high") ? 24_576 : effort.equals("medium") ? 8192 : 1024);
                } else {
                    config.put("thinkingLevel", effort);
                }
            }
            case "xhigh", "max" -> {
                if (byBudget) {
                    config.put("thinkingBudget", 24_576);
                } else {
                    config.put("thinkingLevel", "high");
                }
            }
            default -> problems.add("reasoning.effort", "this provider knows no effort '" + effort + "'");
        }
    }
}

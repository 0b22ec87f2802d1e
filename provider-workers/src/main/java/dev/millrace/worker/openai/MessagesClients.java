package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Reasoning;
import dev.millrace.worker.provider.RenderProblems;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What requests of Anthropic's Messages dialect say that chat completions say otherwise, and what they say that is no loss here: markers
 * for the prompt cache, who called a tool, the citations of an earlier answer.
 */
final class MessagesClients {
    static final String DIALECT = "anthropic-messages";

    private static final Set<String> HINTS =
            Set.of("cache_control", "caller", "eager_input_streaming", "inference_geo", "strict");

    private MessagesClients() {}

    /** Takes the problems of a request of {@code dialect}. */
    static RenderProblems problems(String dialect) {
        return dialect.equals(DIALECT) ? new RenderProblems(MessagesClients::isNoLoss) : new RenderProblems();
    }

    private static boolean isNoLoss(String name, String json) {
        return HINTS.contains(name) || (name.equals("citations") && json.startsWith("["));
    }

    /** Writes a member of the body; false when it has no counterpart. */
    static boolean write(ObjectNode body, String name, String json) {
        return switch (name) {
            case "cache_control", "inference_geo" -> true;
            case "service_tier" -> {
                boolean standard = json.equals("\"standard_only\"");
                body.put("service_tier", standard ? "default" : "auto");
                yield true;
            }
            case "output_config.effort" -> {
                body.put("reasoning_effort", effort(json.replace("\"", "")));
                yield true;
            }
            default -> false;
        };
    }

    /** The effort that stands for what the client said of thinking: below 4096 tokens low, below 16384 medium, else high. */
    static @Nullable String effort(Reasoning reasoning) {
        var budget = reasoning.getBudgetTokens();
        if (reasoning.getEffort() != null || budget == null) {
            return reasoning.getEffort() == null ? null : effort(reasoning.getEffort());
        }
        return budget < 4096 ? "low" : budget < 16_384 ? "medium" : "high";
    }

    private static String effort(String word) {
        return word.equals("max") ? "xhigh" : word;
    }
}

package dev.millrace.egress.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The opaque parts of a model's thinking, which a client must send back untouched: OpenAI's dialect has no word for them, so they take
 * the form that OpenRouter gave them.
 *
 * @see <a href="https://openrouter.ai/docs/use-cases/reasoning-tokens">OpenRouter, reasoning tokens</a>
 */
final class ReasoningDetails {
    private ReasoningDetails() {}

    static void add(ObjectNode content, @Nullable String id, @Nullable String signature, @Nullable String encrypted) {
        var detail = content.withArrayProperty("reasoning_details").addObject();
        detail.put("type", encrypted == null ? "reasoning.text" : "reasoning.encrypted");
        if (id != null) {
            detail.put("id", id);
        }
        if (signature != null) {
            detail.put("signature", signature);
        }
        if (encrypted != null) {
            detail.put("data", encrypted);
        }
    }
}

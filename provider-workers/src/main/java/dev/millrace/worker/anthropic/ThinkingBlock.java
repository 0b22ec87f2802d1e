package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ReasoningDelta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Thinking: in words, then signed; or redacted, then its data is the encrypted value. */
final class ThinkingBlock implements OpenBlock {
    private boolean said;

    @Override
    public @Nullable String start(JsonNode block, List<Delta> out) {
        var encrypted = text(block.path("data"));
        emit(block.path("thinking").asText(), text(block.path("signature")), encrypted, out);
        return null;
    }

    @Override
    public @Nullable String delta(JsonNode delta, List<Delta> out) {
        var type = delta.path("type").asText();
        switch (type) {
            case "thinking_delta" -> emit(delta.path("thinking").asText(), null, null, out);
            case "signature_delta" -> emit("", text(delta.path("signature")), null, out);
            default -> out.add(Emitted.item(Emitted.DELTA_PREFIX + type, delta));
        }
        return null;
    }

    private void emit(String text, @Nullable String signature, @Nullable String encrypted, List<Delta> out) {
        if (!text.isEmpty() || signature != null || encrypted != null) {
            said = true;
            out.add(Emitted.delta(new ReasoningDelta(text, null, signature, encrypted, false)));
        }
    }

    @Override
    public @Nullable String stop(List<Delta> out) {
        if (!said) {
            out.add(Emitted.delta(new ReasoningDelta("", null, null, null, false)));
        }
        return null;
    }

    private static @Nullable String text(JsonNode node) {
        return node.isTextual() && !node.asText().isEmpty() ? node.asText() : null;
    }
}

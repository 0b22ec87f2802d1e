package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.TextDelta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text with its citations. */
final class TextBlock implements OpenBlock {
    private boolean said;

    @Override
    public @Nullable String start(JsonNode block, List<Delta> out) {
        text(block.path("text"), out);
        block.path("citations").forEach(citation -> cite(citation, out));
        return null;
    }

    @Override
    public @Nullable String delta(JsonNode delta, List<Delta> out) {
        var type = delta.path("type").asText();
        switch (type) {
            case "text_delta" -> text(delta.path("text"), out);
            case "citations_delta" -> cite(delta.path("citation"), out);
            default -> out.add(Emitted.item(Emitted.DELTA_PREFIX + type, delta));
        }
        return null;
    }

    private void text(JsonNode text, List<Delta> out) {
        if (!text.asText().isEmpty()) {
            said = true;
            out.add(Emitted.delta(new TextDelta(text.asText(), List.of())));
        }
    }

    private void cite(JsonNode citation, List<Delta> out) {
        if (citation.isObject()) {
            said = true;
            out.add(Emitted.item(Emitted.CITATION, citation));
        }
    }

    /** A block that said nothing is one too. */
    @Override
    public @Nullable String stop(List<Delta> out) {
        if (!said) {
            out.add(Emitted.delta(new TextDelta("", List.of())));
        }
        return null;
    }
}

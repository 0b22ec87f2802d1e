package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.VendorExtras;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects what the chunks of a stream, or the one object of a whole reply, say: deltas, usage, extras, and which choices have ended. */
final class ChatReplyReader implements ReplyReader {
    private static final int MAX_CHOICES = 1024;

    /** Content and usage are read elsewhere; the last two are random padding against length analysis. */
    static final Set<String> NOT_EXTRA = Set.of("choices", "usage", "object", "error", "obfuscation", "p");

    private final boolean whole;
    private final VendorExtras extras;
    private final Map<Integer, ChoiceReader> choices = new TreeMap<>();
    private List<Delta> deltas = new ArrayList<>();
    private @Nullable Usage usage;

    /** A reader of chunks, or of one whole reply. */
    ChatReplyReader(boolean whole, int maxExtraBytes) {
        this.whole = whole;
        this.extras = new VendorExtras(maxExtraBytes, NOT_EXTRA);
    }

    @Override
    public @Nullable String read(JsonNode reply) {
        if (!reply.isObject()) {
            return "not an object";
        }
        extras.read(reply);
        var counted = UsageReader.of(reply);
        usage = counted == null ? usage : counted;
        var list = reply.path("choices");
        if (!list.isArray()) {
            return list.isNull() || list.isMissingNode() ? null : "choices";
        }
        for (int i = 0; i < list.size(); i++) {
            var malformed = readChoice(list.path(i), i);
            if (malformed != null) {
                return "choices[" + i + "]" + malformed;
            }
        }
        return null;
    }

    private @Nullable String readChoice(JsonNode choice, int position) {
        if (!choice.isObject()) {
            return "";
        }
        var message = choice.path(whole ? "message" : "delta");
        if (!message.isObject() && !message.isNull() && !message.isMissingNode()) {
            return whole ? ".message" : ".delta";
        }
        int index = choice.path("index").asInt(position);
        if (index < 0 || index >= MAX_CHOICES) {
            return ".index";
        }
        var malformed = choices.computeIfAbsent(index, ChoiceReader::new).read(choice, message, deltas);
        return malformed == null ? null : (whole ? ".message." : ".delta.") + malformed;
    }

    /** Whether at least one choice came and all that came have ended. */
    @Override
    public boolean complete() {
        return !choices.isEmpty() && choices.values().stream().allMatch(choice -> choice.finish() != null);
    }

    /** Whether a vendor said by its finish word that a choice failed. */
    @Override
    public boolean failed() {
        return choices.values().stream().anyMatch(choice -> choice.finish() == FinishReason.ERROR);
    }

    @Override
    public List<Delta> take() {
        if (deltas.isEmpty()) {
            return List.of();
        }
        var taken = deltas;
        deltas = new ArrayList<>();
        return taken;
    }

    @Override
    public @Nullable Usage usage() {
        return usage;
    }

    @Override
    public Map<String, String> vendor() {
        return extras.values();
    }
}

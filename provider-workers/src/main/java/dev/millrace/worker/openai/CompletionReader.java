package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.VendorExtras;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the older completions dialect, where a choice is plain text; chunks and whole replies have the same form. */
final class CompletionReader implements ReplyReader {
    private static final int MAX_CHOICES = 1024;
    private static final Set<String> MEMBERS = Set.of("text", "index", "finish_reason");

    private final VendorExtras extras;
    private final Map<Integer, FinishReason> finishes = new TreeMap<>();
    private final Set<Integer> open = new TreeSet<>();
    private List<Delta> deltas = new ArrayList<>();
    private @Nullable Usage usage;

    CompletionReader(int maxExtraBytes) {
        this.extras = new VendorExtras(maxExtraBytes, ChatReplyReader.NOT_EXTRA);
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
        for (int i = 0; i < list.size(); i++) {
            var choice = list.path(i);
            int index = choice.path("index").asInt(i);
            if (!choice.isObject() || index < 0 || index >= MAX_CHOICES) {
                return "choices[" + i + "]";
            }
            choice(index, choice);
        }
        return null;
    }

    private void choice(int index, JsonNode choice) {
        var text = choice.path("text").asText("");
        var beside = extensions(choice);
        if (!text.isEmpty() || !beside.isEmpty()) {
            deltas.add(new Delta(index, new TextDelta(text, List.of()), beside));
        }
        open.add(index);
        var finish = choice.path("finish_reason");
        if (finish.isTextual() && !finish.asText().isEmpty() && !finishes.containsKey(index)) {
            var reason = FinishWords.reason(finish.asText());
            finishes.put(index, reason);
            deltas.add(new Delta(index, new FinishDelta(reason, finish.asText()), Map.of()));
        }
    }

    private static Map<String, String> extensions(JsonNode choice) {
        var extensions = new LinkedHashMap<String, String>();
        choice.properties().forEach(member -> {
            if (!MEMBERS.contains(member.getKey()) && !member.getValue().isNull()) {
                extensions.put(member.getKey(), member.getValue().toString());
            }
        });
        return extensions;
    }

    @Override
    public boolean complete() {
        return !open.isEmpty() && finishes.keySet().containsAll(open);
    }

    @Override
    public boolean failed() {
        return finishes.containsValue(FinishReason.ERROR);
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

package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TokenLogprob;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows one candidate over the chunks of a reply.
 *
 * <p>A part without a common word, such as {@code executableCode}, becomes an item of type {@value #PART_PREFIX} and the member's name and
 * holds the whole part; a member of the candidate, such as {@code groundingMetadata}, one of type {@value #CANDIDATE_PREFIX} and its
 * name. What stands beside the content of a text or media part, its signature first of all, travels as a mark: an extension whose name begins with
 * {@value #MARK}.
 */
final class CandidateReader {
    static final String DIALECT = "gemini";
    static final String PART_PREFIX = "part.";
    static final String CANDIDATE_PREFIX = "candidate.";
    static final String SIGNATURE = "thoughtSignature";

    /** Begins the names of this dialect's marks. */
    static final String MARK = "gemini.";

    private static final Set<String> CANDIDATE = Set.of("index", "content", "finishReason", "finishMessage");
    private static final Set<String> PART = Set.of("text", "thought", "inlineData", "fileData", "functionCall");

    private final int index;
    private final CallReader calls;
    private boolean finished;

    CandidateReader(int index) {
        this.index = index;
        this.calls = new CallReader(index);
    }

    boolean finished() {
        return finished;
    }

    /** Appends the deltas of {@code candidate}; returns what is malformed, or null. */
    @Nullable
    String read(JsonNode candidate, String reply, List<Delta> out) {
        int start = out.size();
        var parts = candidate.path("content").path("parts");
        for (int i = 0; i < parts.size(); i++) {
            if (!part(parts.path(i), reply, out)) {
                return "content.parts[" + i + "]";
            }
        }
        logprobs(candidate.path("logprobsResult"), start, out);
        candidate.properties().forEach(member -> {
            var value = member.getValue();
            boolean empty = value.isNull() || (value.isContainerNode() && value.isEmpty());
            if (!CANDIDATE.contains(member.getKey()) && !empty) {
                add(out, new ItemDelta(DIALECT, CANDIDATE_PREFIX + member.getKey(), value.toString()), Map.of());
            }
        });
        finish(candidate, out);
        return null;
    }

    private void add(List<Delta> out, Object content, Map<String, String> extensions) {
        out.add(new Delta(index, content, extensions));
    }

    private boolean part(JsonNode part, String reply, List<Delta> out) {
        if (part.has("functionCall")) {
            return call(part, reply, out);
        }
        if (part.path("text").isTextual()) {
            text(part, out);
            return true;
        }
        if (part.has("inlineData") || part.has("fileData")) {
            return media(part, out);
        }
        if (part.isObject() && !part.isEmpty()) {
            add(out, new ItemDelta(DIALECT, PART_PREFIX + word(part), part.toString()), Map.of());
        }
        return part.isObject();
    }

    private static String word(JsonNode part) {
        for (var member : part.properties()) {
            if (member.getValue().isObject() && !member.getKey().equals("partMetadata")) {
                return member.getKey();
            }
        }
        return part.fieldNames().next();
    }

    private boolean call(JsonNode part, String reply, List<Delta> out) {
        return switch (calls.read(part, reply)) {
            case CallReader.Step.Called(var call) -> {
                add(out, call, beside(part, Set.of(SIGNATURE)));
                yield true;
            }
            case CallReader.Step.Pending _ -> true;
            case CallReader.Step.Broken _ -> false;
        };
    }

    private void text(JsonNode part, List<Delta> out) {
        var text = part.path("text").asText();
        if (part.path("thought").asBoolean()) {
            var signature = part.path(SIGNATURE).asText(null);
            add(out, new ReasoningDelta(text, null, signature, null, false), beside(part, Set.of(SIGNATURE)));
            return;
        }
        var extensions = beside(part, Set.of());
        if (!text.isEmpty() || !extensions.isEmpty()) {
            add(out, new TextDelta(text, List.of()), extensions);
        }
    }

    private boolean media(JsonNode part, List<Delta> out) {
        var data = part.path(part.has("inlineData") ? "inlineData" : "fileData");
        var type = data.path("mimeType").asText("");
        var extensions = beside(part, Set.of());
        if (part.path("thought").asBoolean()) {
            extensions.put(MARK + "thought", "true");
        }
        if (part.has("fileData")) {
            var url = data.path("fileUri").asText("");
            add(out, new MediaDelta(MediaTypes.kind(type), type, null, url, null, true), extensions);
            return true;
        }
        var bytes = decoded(data.path("data").asText(""));
        if (bytes != null) {
            add(out, new MediaDelta(MediaTypes.kind(type), type, bytes, null, null, true), extensions);
        }
        return bytes != null;
    }

    private static @Nullable ByteBuffer decoded(String base64) {
        try {
            boolean url = base64.indexOf('-') >= 0 || base64.indexOf('_') >= 0;
            return ByteBuffer.wrap((url ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(base64));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Map<String, String> beside(JsonNode part, Set<String> known) {
        var extensions = new LinkedHashMap<String, String>();
        part.properties().forEach(member -> {
            var name = member.getKey();
            if (!PART.contains(name)
                    && !known.contains(name)
                    && !member.getValue().isNull()) {
                extensions.put(MARK + name, member.getValue().toString());
            }
        });
        return extensions;
    }

    /** The tokens go with the last text of their chunk; without one they are only kept as the vendor's item. */
    private void logprobs(JsonNode result, int start, List<Delta> out) {
        var chosen = result.path("chosenCandidates");
        for (int i = out.size() - 1; i >= start && !chosen.isEmpty(); i--) {
            if (out.get(i).getContent() instanceof TextDelta text) {
                var tokens = tokens(chosen, result.path("topCandidates"));
                out.set(
                        i,
                        new Delta(
                                index,
                                new TextDelta(text.getText(), tokens),
                                out.get(i).getExtensions()));
                return;
            }
        }
    }

    private static List<TokenLogprob> tokens(JsonNode chosen, JsonNode top) {
        var tokens = new ArrayList<TokenLogprob>(chosen.size());
        for (int i = 0; i < chosen.size(); i++) {
            var alternatives = new ArrayList<TokenLogprob>();
            top.path(i).path("candidates").forEach(other -> alternatives.add(token(other, List.of())));
            tokens.add(token(chosen.path(i), alternatives));
        }
        return tokens;
    }

    private static TokenLogprob token(JsonNode token, List<TokenLogprob> top) {
        return new TokenLogprob(
                token.path("token").asText(""), token.path("logProbability").asDouble(), null, top);
    }

    private void finish(JsonNode candidate, List<Delta> out) {
        var word = candidate.path("finishReason").asText("");
        if (finished || word.isEmpty() || word.equals("FINISH_REASON_UNSPECIFIED")) {
            return;
        }
        finished = true;
        var rest = calls.unfinished();
        if (rest != null) {
            add(out, new ItemDelta(DIALECT, PART_PREFIX + "functionCall", rest.toString()), Map.of());
        }
        var message = candidate.path("finishMessage");
        var extensions =
                message.isTextual() ? Map.of(MARK + "finishMessage", message.toString()) : Map.<String, String>of();
        add(out, new FinishDelta(FinishWords.reason(word, calls.called()), word), extensions);
    }
}

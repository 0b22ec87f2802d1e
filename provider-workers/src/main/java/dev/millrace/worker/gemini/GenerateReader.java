package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code GenerateContentResponse}s, one or many. Complete when every candidate that came has a finish reason, or when the prompt was
 * blocked and there is none.
 *
 * @see <a href="https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse">GenerateContentResponse</a>
 */
final class GenerateReader implements ReplyReader {
    private static final int MAX_CANDIDATES = 1024;

    private final Extras extras;
    private final String request;
    private final boolean itemPerMedia;
    private final Map<Integer, CandidateReader> candidates = new TreeMap<>();
    private List<Delta> deltas = new ArrayList<>();
    private String reply = "";
    private JsonNode counted = MissingNode.getInstance();
    private long searches;
    private boolean searchesByQuery;
    private boolean blocked;
    private int media;

    /**
     * A reader of replies to one request.
     *
     * @param request stands for the request where a reply has no id
     * @param itemPerMedia whether images and sounds are numbered as items of a task, and not by candidate
     */
    GenerateReader(String request, boolean itemPerMedia, int maxExtraChars) {
        this.request = request;
        this.itemPerMedia = itemPerMedia;
        this.extras = new Extras(maxExtraChars, Set.of("candidates", "usageMetadata"));
    }

    @Override
    public @Nullable String read(JsonNode object) {
        if (!object.isObject()) {
            return "not an object";
        }
        extras.read(object);
        reply = object.path("responseId").asText(reply);
        searchesByQuery |= object.path("modelVersion").asText("").startsWith("gemini-3");
        if (object.path("usageMetadata").path("promptTokenCount").isNumber()) {
            counted = object.path("usageMetadata");
        }
        block(object.path("promptFeedback"));
        var list = object.path("candidates");
        for (int i = 0; i < list.size(); i++) {
            var malformed = candidate(list.path(i), i);
            if (malformed != null) {
                return "candidates[" + i + "]." + malformed;
            }
        }
        return null;
    }

    private @Nullable String candidate(JsonNode candidate, int position) {
        int index = candidate.path("index").asInt(position);
        if (!candidate.isObject() || index < 0 || index >= MAX_CANDIDATES) {
            return "index";
        }
        var queries = candidate.path("groundingMetadata").path("webSearchQueries");
        searches = Math.max(searches, queries.size());
        var id = reply.isEmpty() ? request : reply;
        int start = deltas.size();
        var malformed = candidates.computeIfAbsent(index, CandidateReader::new).read(candidate, id, deltas);
        for (int i = start; itemPerMedia && i < deltas.size(); i++) {
            var delta = deltas.get(i);
            if (delta.getContent() instanceof MediaDelta) {
                deltas.set(i, new Delta(media++, delta.getContent(), delta.getExtensions()));
            }
        }
        return malformed;
    }

    private void block(JsonNode feedback) {
        var reason = feedback.path("blockReason").asText("");
        if (blocked || reason.isEmpty() || reason.equals("BLOCK_REASON_UNSPECIFIED")) {
            return;
        }
        blocked = true;
        var message = feedback.path("blockReasonMessage").asText("");
        if (!message.isEmpty()) {
            deltas.add(new Delta(0, new RefusalDelta(message, List.of()), Map.of()));
        }
        deltas.add(new Delta(0, new FinishDelta(FinishReason.CONTENT_FILTER, reason), Map.of()));
    }

    @Override
    public boolean complete() {
        return candidates.isEmpty() ? blocked : candidates.values().stream().allMatch(CandidateReader::finished);
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

    /** Up to version 2.5 a grounded prompt is billed once, later each query. */
    @Override
    public @Nullable Usage usage() {
        return UsageReader.of(counted, searchesByQuery ? searches : Math.min(1, searches));
    }

    @Override
    public Map<String, String> vendor() {
        return extras.values();
    }
}

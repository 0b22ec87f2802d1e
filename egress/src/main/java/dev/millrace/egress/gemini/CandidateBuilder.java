package dev.millrace.egress.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TokenLogprob;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.dialect.Marks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows one candidate over the deltas of a job and gives its chunks.
 *
 * <p>The finish reason is kept back until the job itself has ended, so that nobody takes a chunk with it for the end of an answer that then
 * fails. What the dialect has no word for stands in the candidate's member {@code millrace}. Not thread-safe.
 */
final class CandidateBuilder {
    private static final String PART_PREFIX = "part.";
    private static final String CANDIDATE_PREFIX = "candidate.";

    private final int index;
    private final PartBuilder parts = new PartBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private List<TokenLogprob> logprobs = new ArrayList<>();
    private ObjectNode members = ContentJson.object();
    private @Nullable FinishDelta finish;
    private @Nullable String finishMessage;

    CandidateBuilder(int index) {
        this.index = index;
    }

    void add(Delta delta) {
        var extensions = delta.getExtensions();
        switch (delta.getContent()) {
            case TextDelta text -> {
                parts.text(text, extensions);
                logprobs.addAll(text.getLogprobs());
            }
            case ReasoningDelta thought -> reasoning(thought);
            case RefusalDelta piece -> refusal.append(piece.getText());
            case ToolCallDelta piece -> parts.call(piece);
            case MediaDelta piece -> parts.media(piece, extensions);
            case ItemDelta item -> item(item);
            case FinishDelta end -> {
                finish = end;
                var message = extensions.get(ContentJson.MARK + "finishMessage");
                finishMessage =
                        message == null ? null : ContentJson.parsed(message).asText();
            }
            default -> {} // progress is no content, vectors are another answer
        }
        if (!(delta.getContent() instanceof MediaDelta)) {
            ours(extensions);
        }
    }

    private void reasoning(ReasoningDelta thought) {
        parts.reasoning(thought);
        if (thought.getEncrypted() != null) {
            var opaque = members.withObjectProperty(ContentJson.OURS)
                    .withArrayProperty("reasoning")
                    .addObject();
            opaque.put("id", thought.getId()).put("encrypted", thought.getEncrypted());
        }
    }

    private void ours(Map<String, String> extensions) {
        extensions.forEach((name, json) -> {
            if (!Marks.isMark(name)) {
                members.withObjectProperty(ContentJson.OURS).set(name, ContentJson.parsed(json));
            }
        });
    }

    private void item(ItemDelta item) {
        var value = ContentJson.parsed(item.getJson());
        boolean own = item.getDialect().equals(ContentJson.DIALECT);
        if (own && item.getType().startsWith(PART_PREFIX) && value instanceof ObjectNode part) {
            parts.raw(part);
        } else if (own && item.getType().startsWith(CANDIDATE_PREFIX)) {
            members.set(item.getType().substring(CANDIDATE_PREFIX.length()), value);
        } else {
            members.withObjectProperty(ContentJson.OURS)
                    .withArrayProperty("items")
                    .addObject()
                    .put("dialect", item.getDialect())
                    .put("type", item.getType())
                    .set("value", value);
        }
    }

    /** What came since the last chunk; null when there is nothing to say yet. */
    @Nullable
    ObjectNode chunk() {
        var taken = parts.take();
        if (taken.isEmpty() && members.isEmpty()) {
            return null;
        }
        return candidate(taken);
    }

    /** The rest, with the finish reason. */
    ObjectNode last() {
        parts.endOpen();
        var node = candidate(parts.take());
        var word = finish == null ? "STOP" : ContentJson.finishReason(finish.getReason(), finish.getVendorReason());
        boolean refused = !refusal.isEmpty();
        node.put("finishReason", refused && word.equals("STOP") ? "SAFETY" : word);
        if (refused) {
            node.put("finishMessage", refusal.toString());
        } else if (finishMessage != null) {
            node.put("finishMessage", finishMessage);
        }
        return node;
    }

    private ObjectNode candidate(List<ObjectNode> taken) {
        var node = ContentJson.object();
        var content = node.putObject("content");
        if (!taken.isEmpty()) {
            content.putArray("parts").addAll(taken);
        }
        content.put("role", "model");
        node.put("index", index);
        if (!logprobs.isEmpty()) {
            node.set("logprobsResult", ContentJson.logprobs(logprobs));
            logprobs = new ArrayList<>();
        }
        node.setAll(members);
        members = ContentJson.object();
        return node;
    }
}

package dev.millrace.egress.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Terminal;
import dev.millrace.job.JobId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes {@code GenerateContentResponse}s from the records of a job. Not thread-safe. */
final class ContentBuilder {
    /** The vendor's own id is not ours to give: a job's is the same on every replica. */
    private static final Set<String> OWN =
            Set.of("responseId", "candidates", "usageMetadata", "error", "id", "model", "created", "millrace.omitted");

    private final JobId job;
    private final TreeMap<Integer, CandidateBuilder> candidates = new TreeMap<>();
    private String model;

    ContentBuilder(JobId job, String model) {
        this.job = job;
        this.model = model;
    }

    void restart() {
        candidates.clear();
    }

    void add(InferenceResult record) {
        if (!record.getModel().isEmpty()) {
            model = record.getModel();
        }
        add(record.getDeltas());
    }

    private void add(List<Delta> deltas) {
        for (var delta : deltas) {
            candidates.computeIfAbsent(delta.getIndex(), CandidateBuilder::new).add(delta);
        }
    }

    /** What came since the last response; null when there is nothing to say yet. */
    @Nullable
    ObjectNode chunk() {
        var node = ContentJson.object();
        for (var candidate : candidates.values()) {
            var chunk = candidate.chunk();
            if (chunk != null) {
                node.withArrayProperty("candidates").add(chunk);
            }
        }
        return node.isEmpty() ? null : envelope(node);
    }

    /** The rest: finish reasons, usage, and what the vendor said beside the content. */
    ObjectNode last(Terminal terminal) {
        var node = ContentJson.object();
        var vendor = terminal.getVendor();
        if (!isBlocked(vendor)) {
            candidates.computeIfAbsent(0, CandidateBuilder::new);
            for (var candidate : candidates.values()) {
                node.withArrayProperty("candidates").add(candidate.last());
            }
        }
        if (terminal.getUsage() != null) {
            node.set("usageMetadata", ContentJson.usage(terminal.getUsage()));
        }
        vendor.forEach((name, json) -> {
            if (!OWN.contains(name)) {
                node.set(name, ContentJson.parsed(json));
            }
        });
        return envelope(node);
    }

    /** A prompt that the vendor blocked has no candidate: its feedback says why. */
    private static boolean isBlocked(Map<String, String> vendor) {
        var feedback = vendor.get("promptFeedback");
        return feedback != null && ContentJson.parsed(feedback).has("blockReason");
    }

    private ObjectNode envelope(ObjectNode node) {
        if (!node.has("modelVersion")) {
            node.put("modelVersion", model);
        }
        return node.put("responseId", GeminiAnswers.responseId(job));
    }
}

package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextDelta;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.TaskReading;
import dev.millrace.worker.provider.VendorExtras;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.WholeReplyDecoder;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what Cohere answers for embeddings, reranking and transcription. */
final class TaskReplies {
    private static final Set<String> NOT_EXTRA = Set.of("embeddings", "results", "texts", "text", "response_type");

    private final DecoderLimits limits;
    private final InstantSource clock;

    TaskReplies(DecoderLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    ReplyDecoder decoder(AttemptOrder order, TaskInput task) {
        return WholeReplyDecoder.ofJson(
                limits,
                (_, body) -> read(order, task, body),
                reply -> Read.failed(CohereErrors.classify(reply, clock)));
    }

    private Read read(AttemptOrder order, TaskInput task, JsonNode body) {
        return switch (order.getRequest().getOperation()) {
            case EMBEDDING -> done("embeddings", vectors(body.path("embeddings")), body);
            case RERANK -> done("results", TaskReading.ranking(body.path("results"), "relevance_score", task), body);
            default -> done("text", transcript(body), body);
        };
    }

    private static @Nullable List<Delta> vectors(JsonNode embeddings) {
        return TaskReading.vectors(embeddings.isObject() ? embeddings.path("float") : embeddings, 0);
    }

    private static @Nullable List<Delta> transcript(JsonNode body) {
        if (!body.path("text").isTextual()) {
            return null;
        }
        return List.of(
                new Delta(0, new TextDelta(body.path("text").asText(), List.of()), Map.of()),
                new Delta(0, new ItemDelta(MessageReader.DIALECT, "transcription.raw", body.toString()), Map.of()));
    }

    private Read done(String member, @Nullable List<Delta> deltas, JsonNode body) {
        if (deltas == null) {
            return Read.failed(new Malformed(member));
        }
        var extras = new VendorExtras(limits.maxVendorBytes(), NOT_EXTRA);
        extras.read(body);
        var usage = CohereUsage.of(body.path("meta"));
        return new Read.Done(deltas, new Finished(usage, extras.values()), usage);
    }
}

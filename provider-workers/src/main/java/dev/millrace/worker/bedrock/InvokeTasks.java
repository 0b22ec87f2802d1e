package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.TaskReading;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.WholeReplyDecoder;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import dev.millrace.worker.provider.WholeReplyDecoder.Reply;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what InvokeModel and Rerank answer for everything that is no conversation. Titan takes one text per call: further ones are called
 * for one after the other.
 */
final class InvokeTasks {
    private static final String TOKENS = "x-amzn-bedrock-input-token-count";

    private final DecoderLimits limits;
    private final InstantSource clock;
    private final InvokeBodies bodies;

    InvokeTasks(DecoderLimits limits, InstantSource clock, InvokeBodies bodies) {
        this.limits = limits;
        this.clock = clock;
        this.bodies = bodies;
    }

    ReplyDecoder decoder(AttemptOrder order, TaskInput task) {
        return switch (order.getRequest().getOperation()) {
            case EMBEDDING -> embedding(order, task, 0, 0);
            case RERANK -> whole((reply, body) -> ranked(reply, body, task));
            default ->
                whole((reply, body) -> done(
                        List.of(new Delta(
                                0, new ItemDelta(order.getProvider(), "run.output", body.toString()), Map.of())),
                        reply,
                        usage(tokens(reply, body), 0)));
        };
    }

    private ReplyDecoder whole(WholeReplyDecoder.JsonBodyReader reader) {
        return WholeReplyDecoder.ofJson(limits, reader, reply -> Read.failed(BedrockErrors.classify(reply, clock)));
    }

    private ReplyDecoder embedding(AttemptOrder order, TaskInput task, int first, long tokensBefore) {
        return whole((reply, body) -> {
            var vectors = vectors(body, first);
            if (vectors == null) {
                return Read.failed(new Malformed("embeddings"));
            }
            long tokens = tokensBefore < 0 ? -1 : add(tokensBefore, tokens(reply, body));
            int next = first + vectors.size();
            VendorCall call = bodies.furtherEmbedding(order, task, next);
            return call == null
                    ? done(vectors, reply, usage(tokens, 0))
                    : new Read.Next(vectors, FollowUp.now(call, () -> embedding(order, task, next, tokens)));
        });
    }

    private static long add(long before, long tokens) {
        return tokens < 0 ? -1 : before + tokens;
    }

    /** Titan's one vector, Cohere's list, Cohere's lists by type of number. */
    private static @Nullable List<Delta> vectors(JsonNode body, int first) {
        if (body.path("embedding").isArray()) {
            var vector = TaskReading.vector(body.path("embedding"), first);
            return vector == null ? null : List.of(vector);
        }
        var lists = body.path("embeddings");
        if (lists.isObject() && !lists.isEmpty()) {
            lists = lists.has("float")
                    ? lists.path("float")
                    : lists.properties().iterator().next().getValue();
        }
        return TaskReading.vectors(lists, first);
    }

    private static Read ranked(Reply reply, JsonNode body, TaskInput task) {
        var results = body.path("results");
        boolean agent = results.path(0).has("relevanceScore");
        var ranking = TaskReading.ranking(results, agent ? "relevanceScore" : "relevance_score", task);
        return ranking == null
                ? Read.failed(new Malformed("results"))
                : done(ranking, reply, usage(tokens(reply, body), 1));
    }

    private static long tokens(Reply reply, JsonNode body) {
        var text = reply.headers().get(TOKENS).orElse("");
        if (text.matches("[0-9]{1,15}")) {
            return Long.parseLong(text);
        }
        return body.path("inputTextTokenCount").asLong(-1);
    }

    private static @Nullable Usage usage(long tokens, long searches) {
        if (tokens < 0 && searches == 0) {
            return null;
        }
        return Usage.newBuilder()
                .setInputTokens(tokens)
                .setUnits(searches == 0 ? Map.of() : Map.of("searches", searches))
                .build();
    }

    private static Read done(List<Delta> deltas, Reply reply, @Nullable Usage usage) {
        ObjectNode extras = JsonNodeFactory.instance.objectNode();
        reply.headers().get("x-amzn-requestid").ifPresent(id -> extras.put("id", id));
        var vendor = extras.has("id") ? Map.of("id", extras.path("id").toString()) : Map.<String, String>of();
        return new Read.Done(deltas, new Finished(usage, vendor), usage);
    }
}

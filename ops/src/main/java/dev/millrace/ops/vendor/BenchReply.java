package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The replies of one bench model in one dialect, as bytes that are ready to be written. Immutable as long as nobody writes into its
 * buffers; shared by all calls, so that they all have the same ids in them.
 *
 * @param opening what comes before the first delta
 * @param deltas the frames of each; of a joined reply only of the first, the others being part of what closes it
 * @param closing what comes after the last delta, with the usage
 * @param closingWithoutUsage the same for a client that did not ask for the usage
 * @param whole a reply that is not streamed
 */
record BenchReply(
        BenchModel model,
        Buffer opening,
        List<Buffer> deltas,
        Buffer closing,
        Buffer closingWithoutUsage,
        Buffer whole) {
    BenchReply {
        deltas = List.copyOf(deltas);
    }

    /** Renders the replies of a model that goes by this name. */
    static BenchReply of(WireDialect dialect, String name, BenchModel model) {
        var text = model.text();
        var stream = dialect.stream(true);
        var opening = joined(stream.chunk(chunk(name, "assistant", "", null)));
        var deltas = new ArrayList<Buffer>(model.deltas());
        for (int i = 0; i < model.deltas(); i++) {
            var piece = text.substring(i * model.deltaBytes(), (i + 1) * model.deltaBytes());
            deltas.add(joined(stream.chunk(chunk(name, "", piece, null))));
        }
        var finish = joined(stream.chunk(chunk(name, "", "", "stop")));
        var usage = joined(stream.chunk(usageChunk(name, model)));
        var done = joined(stream.done());
        var ahead = finish;
        if (model.joined() && deltas.size() > 1) {
            ahead = Buffer.buffer();
            deltas.subList(1, deltas.size()).forEach(ahead::appendBuffer);
            ahead.appendBuffer(finish);
            deltas.subList(1, deltas.size()).clear();
        }
        var closing = ahead.copy().appendBuffer(usage).appendBuffer(done);
        var closingWithoutUsage = dialect.usageIsOwnFrame() ? ahead.copy().appendBuffer(done) : closing;
        return new BenchReply(
                model, opening, deltas, closing, closingWithoutUsage, Buffer.buffer(dialect.whole(whole(name, model))));
    }

    private static Buffer joined(List<String> frames) {
        return Buffer.buffer(String.join("", frames));
    }

    private static ObjectNode envelope(String name, String object) {
        return Nodes.object()
                .put("id", "chatcmpl-bench")
                .put("object", object)
                .put("created", 0)
                .put("model", name);
    }

    private static ObjectNode chunk(String name, String role, String content, @Nullable String finish) {
        var chunk = envelope(name, "chat.completion.chunk");
        var choice = chunk.putArray("choices").addObject().put("index", 0);
        var delta = choice.putObject("delta");
        if (!role.isEmpty()) {
            delta.put("role", role);
        }
        if (finish == null) {
            delta.put("content", content);
        }
        choice.put("finish_reason", finish);
        return chunk;
    }

    private static ObjectNode usageChunk(String name, BenchModel model) {
        var chunk = envelope(name, "chat.completion.chunk");
        chunk.putArray("choices");
        chunk.set("usage", usage(model));
        return chunk;
    }

    private static ObjectNode usage(BenchModel model) {
        return Nodes.object()
                .put("prompt_tokens", model.inputTokens())
                .put("completion_tokens", model.deltas())
                .put("total_tokens", model.inputTokens() + model.deltas());
    }

    private static ObjectNode whole(String name, BenchModel model) {
        var completion = envelope(name, "chat.completion");
        var choice = completion.putArray("choices").addObject().put("index", 0);
        choice.set("message", Nodes.message("assistant", model.text()));
        choice.put("finish_reason", "stop");
        completion.set("usage", usage(model));
        return completion;
    }
}

package dev.millrace.worker.onnx;

import dev.millrace.worker.onnx.NativeTransport.Running;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The work of one request, on the calling thread: all texts are counted before the first is embedded. */
record EmbeddingRun(EmbeddingModel model, LoadedModel loaded, NativeRequest request, Running exchange) {
    void run() {
        var prefix = request.query() ? model.queryPrefix : "";
        var texts = new ArrayList<long[]>();
        for (int i = 0; i < request.input().size() && !exchange.over(); i++) {
            var tokens = loaded.tokens(prefix + request.input().get(i));
            if (tokens.length > EmbeddingModel.MAX_TOKENS && !request.truncate()) {
                exchange.answer(400, NativeReply.error(tooLong(i, tokens.length)));
                return;
            }
            texts.add(tokens.length > EmbeddingModel.MAX_TOKENS ? cut(tokens) : tokens);
        }
        answer(texts);
    }

    private void answer(List<long[]> texts) {
        exchange.head();
        long tokens = 0;
        for (int i = 0; i < texts.size() && !exchange.over(); i++) {
            exchange.bytes(NativeReply.vector(i, loaded.embed(texts.get(i))));
            tokens += texts.get(i).length;
        }
        exchange.bytes(NativeReply.usage(tokens));
        exchange.end();
    }

    /** The beginning of the text with the mark of its end. */
    private static long[] cut(long[] tokens) {
        var cut = Arrays.copyOf(tokens, EmbeddingModel.MAX_TOKENS);
        cut[cut.length - 1] = tokens[tokens.length - 1];
        return cut;
    }

    private String tooLong(int index, int tokens) {
        return "input[" + index + "] has " + tokens + " tokens, " + model.modelName + " reads at most "
                + EmbeddingModel.MAX_TOKENS + ": shorten it, or set truncate to END";
    }
}

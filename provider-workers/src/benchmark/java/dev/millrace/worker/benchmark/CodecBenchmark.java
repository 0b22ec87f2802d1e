package dev.millrace.worker.benchmark;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.catalogue.CatalogueLoader;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.Dispatches;
import dev.millrace.worker.anthropic.AnthropicAdapter;
import dev.millrace.worker.bedrock.BedrockAdapter;
import dev.millrace.worker.cohere.CohereAdapter;
import dev.millrace.worker.gemini.GeminiAdapter;
import dev.millrace.worker.openai.OpenAiAdapter;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.responses.ResponsesAdapter;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One operation reads the longest recorded stream of an API, in pieces of an Ethernet frame, or writes one request. The counter
 * {@code deltas} says how many deltas per second that is.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Thread)
public class CodecBenchmark {
    private static final int PIECE_BYTES = 1_460;

    @Param({"chat-completions", "responses", "messages", "generateContent", "converse", "v2-chat"})
    public String api = "chat-completions";

    private byte[] reply = {};
    private int status;
    private VendorHeaders headers = VendorHeaders.NONE;
    private VendorCall call = new VendorCall("POST", "/", Map.of(), ByteBuffer.allocate(0), true);
    private ProviderAdapter adapter = adapter("chat-completions");
    private AttemptOrder order = Dispatches.order("x", "m", Dispatches.chat("x").build()).build();

    /** Deltas, beside whole replies. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Deltas {
        public long deltas;
    }

    private static ProviderAdapter adapter(String api) {
        return switch (api) {
            case "chat-completions" -> OpenAiAdapter.of(provider("openai"));
            case "responses" -> ResponsesAdapter.of(provider("openai"));
            case "messages" -> AnthropicAdapter.of(provider("anthropic"));
            case "generateContent" -> GeminiAdapter.of(provider("gemini"));
            case "converse" -> BedrockAdapter.of(provider("bedrock"));
            case "v2-chat" -> CohereAdapter.of(provider("cohere"));
            default -> throw new IllegalArgumentException(api);
        };
    }

    private static Provider provider(String id) {
        return CatalogueLoader.shipped().provider(id).orElseThrow();
    }

    @Setup
    public void choose() {
        adapter = adapter(api);
        var longest = Recording.of(api).stream()
                .filter(recording -> recording.name().contains("-stream/") && recording.status() == 200)
                .max(Comparator.comparingInt(recording -> recording.body().length))
                .orElseThrow();
        reply = longest.body();
        status = longest.status();
        headers = new VendorHeaders(longest.headers());
        order = Dispatches.order(
                        "benchmark",
                        "model",
                        Dispatches.chat("What does a millrace do? ".repeat(40)).build())
                .build();
        if (adapter.render(order, 1) instanceof Rendering.Rendered(var rendered)) {
            call = rendered;
        } else {
            throw new IllegalStateException("the request cannot be rendered for " + api);
        }
    }

    @Benchmark
    public Object read(Deltas counter) {
        var decoder = adapter.newDecoder(call);
        decoder.head(status, headers);
        for (int start = 0; start < reply.length; start += PIECE_BYTES) {
            decoder.feed(ByteBuffer.wrap(reply, start, Math.min(PIECE_BYTES, reply.length - start)));
            counter.deltas += decoder.take().size();
        }
        decoder.end();
        counter.deltas += decoder.take().size();
        return decoder;
    }

    @Benchmark
    public Object write() {
        return adapter.render(order, 1);
    }
}

package dev.millrace.worker.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Usage;
import dev.millrace.avro.VectorDelta;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.ProviderContractTest;
import dev.millrace.worker.provider.Reading;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult.Finished;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** InvokeModel and Rerank for what is no conversation. */
class InvokeTasksContractTest extends ProviderContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static BedrockAdapter adapter(boolean agent) {
        return new BedrockAdapter(
                new BedrockQuirks(false, agent), null, Map.of(), DecoderLimits.DEFAULTS, () -> Instant.EPOCH);
    }

    @Override
    protected Stream<Recording> recordings() {
        return Recording.of("invoke", "rerank").stream()
                .filter(recording -> recording.vendor().equals("bedrock"))
                .filter(recording -> recording.name().contains("/embeddings/")
                        || recording.name().contains("/rerank/"));
    }

    private static AttemptOrder order(Operation operation, String model, TaskInput task) {
        return AttemptOrder.newBuilder()
                .setProvider("bedrock")
                .setModel("bedrock/x")
                .setVendorModel(model)
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .setRequest(InferenceRequest.newBuilder()
                        .setAccount("acme")
                        .setModel("bedrock/x")
                        .setOperation(operation)
                        .setInput(task)
                        .build())
                .build();
    }

    private static TaskInput task(Map<String, String> parameters, String... texts) {
        return TaskInput.newBuilder()
                .setParts(Stream.of(texts)
                        .map(text ->
                                Part.newBuilder().setContent(new TextPart(text)).build())
                        .toList())
                .setParameters(parameters)
                .build();
    }

    @Override
    protected ReplyDecoder decoder(Recording recording) {
        boolean embedding = recording.name().contains("/embeddings/");
        var order = embedding
                ? order(Operation.EMBEDDING, "amazon.titan-embed-text-v2:0", task(Map.of(), "Python"))
                : order(Operation.RERANK, "arn:x", task(Map.of(), "q", "a", "b", "c", "d", "e", "f"));
        return adapter(true).newDecoder(order, call(order, true));
    }

    private static VendorCall call(AttemptOrder order, boolean agent) {
        return ((Rendered) adapter(agent).render(order, 1)).call();
    }

    @Override
    protected Expected expected(Recording recording) {
        var reading = new Reading();
        reading.choice(0);
        return new Expected(reading, usage(recording), null, Finished.class, List.of());
    }

    private static @Nullable Usage usage(Recording recording) {
        var tokens = recording.headers().get("x-amzn-bedrock-input-token-count");
        return recording.name().contains("/rerank/")
                ? Usage.newBuilder().setUnits(Map.of("searches", 1L)).build()
                : Usage.newBuilder()
                        .setInputTokens(Long.parseLong(Objects.requireNonNull(tokens)))
                        .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void readsEveryVectorAndScore(Recording recording) throws IOException {
        var raw = JSON.readTree(recording.body());
        var deltas = decode(recording, List.of(ByteBuffer.wrap(recording.body())), true)
                .deltas();
        if (raw.has("embedding")) {
            assertThat(deltas).singleElement().satisfies(delta -> {
                var values = ((VectorDelta) delta.getContent()).getValues();
                assertThat(values).hasSize(raw.path("embedding").size());
                for (int i = 0; i < values.size(); i++) {
                    assertThat(values.get(i))
                            .isEqualTo(raw.path("embedding").path(i).floatValue());
                }
            });
            return;
        }
        assertThat(deltas).hasSize(raw.path("results").size());
        for (int i = 0; i < deltas.size(); i++) {
            var item = (ItemDelta) deltas.get(i).getContent();
            var result = raw.path("results").path(i);
            assertThat(item.getType()).isEqualTo("rerank.result");
            assertThat(JSON.readTree(item.getJson()))
                    .isEqualTo(JSON.createObjectNode()
                            .<ObjectNode>set("index", result.path("index"))
                            .set("relevance_score", result.path("relevanceScore")));
        }
    }

    @Test
    void writesTheRecordedEmbeddingRequest() throws IOException {
        for (var recording : recordings().filter(it -> it.request() != null).toList()) {
            var body = Objects.requireNonNull(recording.request());
            var order = order(
                    Operation.EMBEDDING,
                    "amazon.titan-embed-text-v2:0",
                    task(
                            Map.of(
                                    "dimensions", body.path("dimensions").toString(),
                                    "normalize", body.path("normalize").toString()),
                            body.path("inputText").asText()));
            var call = call(order, false);
            assertThat(call.path()).isEqualTo("/model/amazon.titan-embed-text-v2%3A0/invoke");
            assertThat(JSON.readTree(call.bodyText())).isEqualTo(body);
        }
    }

    @Test
    void callsOncePerTextAndAddsTheTokensUp() {
        // Given
        var order = order(Operation.EMBEDDING, "amazon.titan-embed-text-v2:0", task(Map.of(), "one", "two"));
        var decoder = adapter(false).newDecoder(order, call(order, false));
        // When
        feed(decoder, "{\"embedding\":[1,2]}", 3);
        FollowUp next = Objects.requireNonNull(decoder.followUp());
        var second = next.decoders().get();
        feed(second, "{\"embedding\":[3,4]}", 4);
        // Then
        assertThat(next.call().bodyText()).isEqualTo("{\"inputText\":\"two\"}");
        assertThat(second.take().getFirst().getIndex()).isEqualTo(1);
        assertThat(second.result()).isInstanceOf(Finished.class);
        assertThat(Objects.requireNonNull(second.usage()).getInputTokens()).isEqualTo(7);
    }

    private static void feed(ReplyDecoder decoder, String body, int tokens) {
        decoder.head(200, new VendorHeaders(Map.of("x-amzn-bedrock-input-token-count", String.valueOf(tokens))));
        decoder.feed(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
        decoder.end();
    }

    @Test
    void writesCoheresBodiesForCoheresModels() throws IOException {
        var embedding = order(
                Operation.EMBEDDING,
                "cohere.embed-multilingual-v3",
                task(Map.of("input_type", "\"query\""), "one", "two"));
        assertThat(json(embedding, false))
                .isEqualTo(JSON.readTree("{\"texts\":[\"one\",\"two\"],\"input_type\":\"search_query\"}"));
        var rerank = order(Operation.RERANK, "cohere.rerank-v3-5:0", task(Map.of("top_n", "1"), "q", "a", "b"));
        assertThat(json(rerank, false))
                .isEqualTo(
                        JSON.readTree("{\"query\":\"q\",\"documents\":[\"a\",\"b\"],\"api_version\":2,\"top_n\":1}"));
    }

    @Test
    void writesTheAgentRuntimesRerank() throws IOException {
        var rerank = order(Operation.RERANK, "arn:aws:x", task(Map.of("top_n", "1"), "q", "a"));
        assertThat(call(rerank, true).path()).isEqualTo("/rerank");
        assertThat(json(rerank, true)).isEqualTo(JSON.readTree("""
                {"queries":[{"type":"TEXT","textQuery":{"text":"q"}}],
                 "sources":[{"type":"INLINE","inlineDocumentSource":{"type":"TEXT","textDocument":{"text":"a"}}}],
                 "rerankingConfiguration":{"type":"BEDROCK_RERANKING_MODEL","bedrockRerankingConfiguration":
                   {"modelConfiguration":{"modelArn":"arn:aws:x"},"numberOfResults":1}}}"""));
    }

    private static JsonNode json(AttemptOrder order, boolean agent) throws IOException {
        return JSON.readTree(call(order, agent).bodyText());
    }

    @Test
    void refusesAParameterTheModelHasNoWordFor() {
        var order = order(Operation.EMBEDDING, "amazon.titan-embed-text-v2:0", task(Map.of("title", "\"x\""), "one"));
        assertThat(adapter(false).render(order, 1))
                .isEqualTo(new Inexpressible("parameters.title", "parameters.title: this model has no word for it"));
    }

    @Test
    void passesARunOnAsItIs() throws IOException {
        var order = order(Operation.RUN, "amazon.nova-canvas-v1:0", task(Map.of("input", "{\"taskType\":\"X\"}")));
        assertThat(json(order, false)).isEqualTo(JSON.readTree("{\"taskType\":\"X\"}"));
        var decoder = adapter(false).newDecoder(order, call(order, false));
        feed(decoder, "{\"images\":[]}", 0);
        assertThat(decoder.take().getFirst().getContent())
                .isEqualTo(new ItemDelta("bedrock", "run.output", "{\"images\":[]}"));
    }
}

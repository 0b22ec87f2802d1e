package dev.millrace.worker.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Usage;
import dev.millrace.avro.VectorDelta;
import dev.millrace.worker.Dispatches;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.transport.Allowance;
import dev.millrace.worker.transport.Deadlines;
import dev.millrace.worker.transport.EventLoops;
import dev.millrace.worker.transport.VendorAttempt;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real models, through the same attempt and deadlines as every vendor. */
class NativeModelsTest {
    private static final String MINILM = "all-minilm-l6-v2";
    private static final String BGE = "bge-small-en-v1.5";
    private static final Vertx VERTX = Vertx.vertx();
    private static final EventLoops LOOPS = EventLoops.on(VERTX, 1);
    private static final NativeTransport TRANSPORT = new NativeTransport(2);
    private static final NativeAdapter ADAPTER = new NativeAdapter(DecoderLimits.DEFAULTS);

    private record Ran(
            List<Delta> deltas,
            VendorResult result,
            @Nullable Usage usage) {
        float[] vector(int index) {
            for (var delta : deltas) {
                if (delta.getIndex() == index && delta.getContent() instanceof VectorDelta vector) {
                    var values = new float[vector.getValues().size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = vector.getValues().get(i);
                    }
                    return values;
                }
            }
            throw new AssertionError("no vector " + index);
        }
    }

    @AfterAll
    static void close() {
        TRANSPORT.close();
        var _ = VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    // https://sbert.net/examples/sentence_transformer/applications/semantic-search/README.html
    @ParameterizedTest
    @CsvSource({
        "A man is eating food., 0.7035",
        "A man is eating a piece of bread., 0.5272",
        "A man is riding a horse., 0.1889",
        "A man is riding a white horse on an enclosed ground., 0.1047",
        "A cheetah is running behind its prey., 0.0980"
    })
    void givesTheScoresThatItsMakersPublish(String sentence, double score) throws Exception {
        var ran = run(MINILM, Map.of(), "A man is eating pasta.", sentence);
        assertThat(cosine(ran.vector(0), ran.vector(1))).isCloseTo(score, within(0.0006));
    }

    @ParameterizedTest
    @ValueSource(strings = {MINILM, BGE})
    void givesVectorsOfLengthOneInTheOrderOfTheTexts(String model) throws Exception {
        // When
        var ran = run(model, Map.of(), "One.", "Two, which is longer than the first by far.", "");
        // Then
        assertThat(ran.result()).isInstanceOf(Finished.class);
        assertThat(ran.deltas()).extracting(Delta::getIndex).containsExactly(0, 1, 2);
        for (int i = 0; i < 3; i++) {
            assertThat(ran.vector(i)).hasSize(384);
            assertThat(cosine(ran.vector(i), ran.vector(i))).isCloseTo(1, within(1e-5));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {MINILM, BGE})
    void givesTheSameVectorWhateverElseIsAsked(String model) throws Exception {
        var alone = run(model, Map.of(), "the same text").vector(0);
        var among = run(model, Map.of(), "a very much longer text that comes first of all", "the same text", "x");
        assertThat(among.vector(1)).isEqualTo(alone);
    }

    @Test
    void findsThePassageThatAnswersTheQuestion() throws Exception {
        // Given
        var passages = run(
                BGE,
                Map.of("input_type", "\"document\""),
                "The capital of France is Paris.",
                "Kafka keeps records in partitions.",
                "Bread is baked from flour and water.");
        // When
        var query = run(BGE, Map.of("input_type", "\"query\""), "How does Kafka store data?")
                .vector(0);
        // Then
        var best = IntStream.range(0, 3)
                .boxed()
                .max((a, b) -> Double.compare(cosine(query, passages.vector(a)), cosine(query, passages.vector(b))));
        assertThat(best).hasValue(1);
        assertThat(query)
                .as("a query is marked as one")
                .isNotEqualTo(run(BGE, Map.of(), "How does Kafka store data?").vector(0));
    }

    @Test
    void countsTheTokensThatTheModelReads() throws Exception {
        // [CLS] hello world [SEP], [CLS] em ##bed ##ding ##s [SEP]
        var ran = run(MINILM, Map.of(), "hello world", "embeddings");
        var usage = Objects.requireNonNull(ran.usage());
        assertThat(usage.getInputTokens()).isEqualTo(4 + 6);
        assertThat(usage.getOutputTokens()).isZero();
        assertThat(usage.getEstimated()).isFalse();
    }

    @Test
    void refusesATextThatIsTooLongAndNamesIt() throws Exception {
        var ran = run(MINILM, Map.of(), "short", "word ".repeat(600));
        assertThat(ran.deltas()).isEmpty();
        assertThat(ran.result()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.error().status()).isEqualTo(400);
            assertThat(refused.error().message()).contains("input[1] has 602 tokens", "512", "truncate");
        });
    }

    @Test
    void cutsATextThatIsTooLongWhereAskedTo() throws Exception {
        var ran = run(MINILM, Map.of("truncate", "\"END\""), "word ".repeat(600), "word ".repeat(510));
        assertThat(ran.vector(0)).isEqualTo(ran.vector(1));
        assertThat(Objects.requireNonNull(ran.usage()).getInputTokens()).isEqualTo(1024);
    }

    @Test
    void refusesAModelThatIsNotHere() throws Exception {
        assertThat(run("gpt-embedding", Map.of(), "x").result())
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.error().status()).isEqualTo(404));
    }

    @Test
    void turnsAwayWhatItCannotDoSoon() throws Exception {
        // Given
        try (var few = closing(new NativeTransport(1))) {
            var started = new ArrayList<CompletableFuture<Ran>>();
            var slow = new String[40];
            Arrays.fill(slow, "text ".repeat(400));
            // When
            started.add(start(few.transport(), order(MINILM, Map.of(), slow)));
            for (int i = 0; i < 300; i++) {
                started.add(start(few.transport(), order(MINILM, Map.of(), "x")));
            }
            // Then
            var results = started.stream()
                    .map(CompletableFuture::join)
                    .map(Ran::result)
                    .toList();
            assertThat(results).hasOnlyElementsOfTypes(Finished.class, Throttled.class);
            assertThat(results).filteredOn(Throttled.class::isInstance).isNotEmpty();
            assertThat(results).filteredOn(Finished.class::isInstance).hasSizeGreaterThanOrEqualTo(256);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "dimensions, 256, parameters.dimensions",
        "input_tokens, '[[1,2]]', parameters.input_tokens",
        "input_type, '\"image\"', parameters.input_type",
        "truncate, '\"START\"', parameters.truncate",
        "temperature, 1, parameters.temperature"
    })
    void refusesWhatItCannotDo(String parameter, String value, String named) {
        var rendering = ADAPTER.render(order(MINILM, Map.of(parameter, value), "x"), 1);
        assertThat(rendering)
                .isInstanceOfSatisfying(
                        Inexpressible.class,
                        refused -> assertThat(refused.param()).isEqualTo(named));
    }

    @Test
    void takesParametersThatChangeNothing() {
        var parameters = Map.of("dimensions", "384", "encoding_format", "\"base64\"", "user", "\"u\"");
        assertThat(ADAPTER.render(order(MINILM, parameters, "x"), 1)).isInstanceOf(Rendered.class);
    }

    @Test
    void refusesEveryOtherOperationAndAnEmptyRequest() {
        assertThat(ADAPTER.render(Dispatches.local("echo", "hi", ""), 1)).isInstanceOf(Inexpressible.class);
        assertThat(ADAPTER.render(order(MINILM, Map.of()), 1)).isInstanceOf(Inexpressible.class);
    }

    @Test
    void takesNoReplyThatIsCutForAWholeOne() {
        // Given
        var reply = ByteBuffer.allocate(4096);
        reply.put(NativeReply.vector(0, new float[] {0.6f, 0.8f})).put(NativeReply.usage(3));
        var bytes = Arrays.copyOf(reply.array(), reply.position());
        for (int cut = 0; cut <= bytes.length; cut++) {
            var decoder = new NativeReplyDecoder(DecoderLimits.DEFAULTS);
            // When
            decoder.head(200, VendorHeaders.NONE);
            for (int i = 0; i < cut; i++) {
                decoder.feed(ByteBuffer.wrap(bytes, i, 1));
            }
            decoder.cut();
            // Then
            assertThat(decoder.result()).isInstanceOf(cut == bytes.length ? Finished.class : Truncated.class);
        }
    }

    private static double cosine(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }

    private static AttemptOrder order(String model, Map<String, String> parameters, String... texts) {
        var parts = Arrays.stream(texts)
                .map(text -> Part.newBuilder().setContent(new TextPart(text)).build())
                .toList();
        var order =
                Dispatches.order("native", model, Dispatches.chat("").build()).build();
        return AttemptOrder.newBuilder(order)
                .setRequest(InferenceRequest.newBuilder(order.getRequest())
                        .setOperation(Operation.EMBEDDING)
                        .setInput(new TaskInput(parts, parameters))
                        .build())
                .build();
    }

    private static Ran run(String model, Map<String, String> parameters, String... texts) throws Exception {
        return start(TRANSPORT, order(model, parameters, texts)).get(60, TimeUnit.SECONDS);
    }

    private static CompletableFuture<Ran> start(NativeTransport transport, AttemptOrder order) {
        var call = ((Rendered) ADAPTER.render(order, 1)).call();
        Queue<Delta> deltas = new ConcurrentLinkedQueue<>();
        var done = new CompletableFuture<Ran>();
        var decoder = ADAPTER.newDecoder(call);
        var context = LOOPS.next();
        context.runOnContext(_ -> VendorAttempt.start(
                context,
                transport,
                call,
                decoder,
                Deadlines.DEFAULTS,
                Allowance.untilJobDeadline(60_000),
                (pieces, result, overrun) -> {
                    deltas.addAll(pieces);
                    if (result != null) {
                        done.complete(new Ran(List.copyOf(deltas), result, decoder.usage()));
                    }
                }));
        return done;
    }

    private record Closing(NativeTransport transport) implements AutoCloseable {
        @Override
        public void close() {
            transport.close();
        }
    }

    private static Closing closing(NativeTransport transport) {
        return new Closing(transport);
    }
}

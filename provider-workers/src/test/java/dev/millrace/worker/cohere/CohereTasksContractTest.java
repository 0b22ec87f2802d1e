package dev.millrace.worker.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.VectorDelta;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.Multipart;
import dev.millrace.worker.provider.ProviderContractTest;
import dev.millrace.worker.provider.Reading;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorResult.Finished;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Embeddings, reranking and transcription over all their recordings. */
class CohereTasksContractTest extends ProviderContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CohereAdapter ADAPTER =
            new CohereAdapter(false, Map.of(), DecoderLimits.DEFAULTS, () -> Instant.EPOCH);

    @Override
    protected Stream<Recording> recordings() {
        return Recording.of("embeddings", "rerank", "transcription").stream()
                .filter(recording -> recording.vendor().equals("cohere"));
    }

    private static Part text(String text) {
        return Part.newBuilder().setContent(new TextPart(text)).build();
    }

    private static AttemptOrder order(Recording recording) {
        var body = Objects.requireNonNull(recording.request());
        var task = TaskInput.newBuilder();
        var parts = new ArrayList<Part>();
        var parameters = new HashMap<String, String>();
        var operation = switch (recording.api()) {
            case "embeddings" -> {
                body.path("texts").forEach(it -> parts.add(text(it.asText())));
                parameters.put("dimensions", body.path("output_dimension").toString());
                parameters.put("input_type", "\"document\"");
                yield Operation.EMBEDDING;
            }
            case "rerank" -> {
                parts.add(text(body.path("query").asText()));
                body.path("documents").forEach(it -> parts.add(text(it.asText())));
                parameters.put("top_n", body.path("top_n").toString());
                yield Operation.RERANK;
            }
            default -> {
                parameters.put("language", "\"en\"");
                parts.add(Part.newBuilder()
                        .setContent(MediaPart.newBuilder()
                                .setKind(MediaKind.AUDIO)
                                .setMimeType("audio/x-wav")
                                .setFileName("ruby.wav")
                                .setData(ByteBuffer.wrap(new byte[] {'R', 'I', 'F', 'F'}))
                                .build())
                        .build());
                yield Operation.TRANSCRIPTION;
            }
        };
        return AttemptOrder.newBuilder()
                .setProvider("cohere")
                .setModel("cohere/x")
                .setVendorModel(body.path("model").asText("cohere-transcribe-03-2026"))
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .setRequest(InferenceRequest.newBuilder()
                        .setAccount("acme")
                        .setModel("cohere/x")
                        .setOperation(operation)
                        .setInput(task.setParts(parts).setParameters(parameters).build())
                        .build())
                .build();
    }

    private static VendorCall call(Recording recording) {
        return ((Rendered) ADAPTER.render(order(recording), 1)).call();
    }

    @Override
    protected ReplyDecoder decoder(Recording recording) {
        return ADAPTER.newDecoder(order(recording), call(recording));
    }

    @Override
    protected Expected expected(Recording recording) {
        try {
            var raw = JSON.readTree(recording.body());
            var reading = new Reading();
            reading.choice(0).text = raw.path("text").asText();
            var usage = new RawCohere(recording).usage();
            return new Expected(reading, usage, null, Finished.class, raw.has("id") ? List.of("id") : List.of());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void readsEveryVectorAndScore(Recording recording) throws IOException {
        var raw = JSON.readTree(recording.body());
        var deltas = decode(recording, List.of(ByteBuffer.wrap(recording.body())), true)
                .deltas();
        switch (recording.api()) {
            case "embeddings" -> {
                var values = ((VectorDelta) deltas.getFirst().getContent()).getValues();
                var expected = new ArrayList<Float>();
                raw.path("embeddings").path("float").path(0).forEach(it -> expected.add(it.floatValue()));
                assertThat(values).isEqualTo(expected);
            }
            case "rerank" -> {
                var items = new ArrayList<JsonNode>();
                for (var delta : deltas) {
                    items.add(JSON.readTree(((ItemDelta) delta.getContent()).getJson()));
                }
                assertThat(items)
                        .isEqualTo(List.copyOf(raw.path("results").valueStream().toList()));
            }
            default ->
                assertThat(deltas.getLast().getContent())
                        .isEqualTo(new ItemDelta("cohere", "transcription.raw", raw.toString()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void writesTheRecordedRequest(Recording recording) throws IOException {
        var call = call(recording);
        var meta = JSON.readTree(recording.folder().resolve("meta.json").toFile());
        assertThat("/v2" + call.path()).isEqualTo(meta.path("path").asText());
        var body = Objects.requireNonNull(recording.request());
        if (!body.has("_multipart")) {
            assertThat(JSON.readTree(call.bodyText())).isEqualTo(body);
            return;
        }
        var fields = new HashMap<String, String>();
        Multipart.parse(call)
                .forEach(part -> fields.put(part.name(), Objects.requireNonNullElse(part.fileName(), part.text())));
        var expected = new HashMap<String, String>();
        for (var field : body.path("_multipart")) {
            expected.put(
                    field.path("name").asText(),
                    field.has("value")
                            ? field.path("value").asText()
                            : field.path("filename").asText());
        }
        assertThat(fields).isEqualTo(expected);
    }
}

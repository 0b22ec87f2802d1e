package dev.millrace.worker.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorJob;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A recorded video job: ordered, asked after, fetched over a redirect. */
class GeminiVideoTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static GeminiAdapter adapter(String name) {
        return GeminiAdapter.of(
                new Provider("p", name, null, "default", null, false, Map.of(), Map.of(), 1, true, null));
    }

    private static AttemptOrder order(Map<String, String> parameters) {
        var prompt = Part.newBuilder()
                .setContent(new TextPart("a calm ocean wave at sunset"))
                .build();
        var request = InferenceRequest.newBuilder()
                .setAccount("acme")
                .setModel("p/m")
                .setOperation(Operation.VIDEO)
                .setDialect("openai-chat")
                .setInput(TaskInput.newBuilder()
                        .setParts(List.of(prompt))
                        .setParameters(parameters)
                        .build())
                .build();
        return RecordedRequest.order(request, "veo-3.1-lite-generate-preview");
    }

    private static List<Path> steps() throws IOException, URISyntaxException {
        var root = Path.of(Objects.requireNonNull(GeminiVideoTest.class.getResource("/wire/gemini/video"))
                .toURI());
        try (var paths = Files.walk(root, 2)) {
            return paths.filter(path -> path.getFileName().toString().matches("\\d\\d-.*"))
                    .sorted()
                    .toList();
        }
    }

    private static ReplyDecoder answer(ReplyDecoder decoder, Path step) throws IOException {
        JsonNode meta = JSON.readTree(step.resolve("meta.json").toFile());
        var headers = new HashMap<String, String>();
        meta.path("response_headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        headers.put("transfer-encoding", "chunked");
        decoder.head(meta.path("status").asInt(), new VendorHeaders(headers));
        decoder.feed(ByteBuffer.wrap(
                Files.readAllBytes(step.resolve(meta.path("response_file").asText()))));
        decoder.end();
        return decoder;
    }

    private static String path(Path step) throws IOException {
        return JSON.readTree(step.resolve("meta.json").toFile()).path("path").asText();
    }

    @Test
    @Tag("recordings")
    @Tag("gemini/video")
    void followsTheRecordedJobToItsBytes() throws Exception {
        // Given
        var steps = steps();
        var adapter = adapter("gemini");
        var call = ((Rendered) adapter.render(order(Map.of("seconds", "\"4\"")), 1)).call();
        assertThat(JSON.readTree(call.bodyText()))
                .isEqualTo(
                        JSON.readTree(steps.getFirst().resolve("request.json").toFile()));
        assertThat("/v1beta" + call.path()).isEqualTo(path(steps.getFirst()));
        // When
        var decoder = answer(adapter.newDecoder(call), steps.getFirst());
        var job = VendorJob.in(decoder.take());
        FollowUp next = Objects.requireNonNull(decoder.followUp());
        for (var step : steps.subList(1, steps.size())) {
            assertThat((next.call().origin() == null ? "/v1beta" : "")
                            + next.call().path())
                    .startsWith(path(step));
            decoder = answer(next.decoders().get(), step);
            next = decoder.followUp() == null ? next : Objects.requireNonNull(decoder.followUp());
        }
        // Then
        assertThat(decoder.result()).isInstanceOf(Finished.class);
        var usage = Objects.requireNonNull(decoder.usage());
        assertThat(usage.getMediaMillis()).isEqualTo(4000);
        assertThat(usage.getUnits()).containsEntry("videos", 1L);
        var bytes = decoder.take().stream()
                .map(delta -> (MediaDelta) delta.getContent())
                .filter(media -> media.getData() != null)
                .mapToInt(media -> media.getData().remaining())
                .sum();
        assertThat(bytes).isEqualTo((int) Files.size(steps.getLast().resolve("response.bin")));
        var resumed = adapter.resume(order(Map.of()), 1, Objects.requireNonNull(job));
        assertThat(Objects.requireNonNull(resumed).call().path())
                .isEqualTo("/models/veo-3.1-lite-generate-preview/operations/umz7sqimep69");
    }

    private static ReplyDecoder read(ReplyDecoder decoder, int status, String body) {
        decoder.head(status, new VendorHeaders(Map.of("content-type", "application/json")));
        decoder.feed(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
        decoder.end();
        return decoder;
    }

    @Test
    void asksVertexByACallAndTakesItsBytes() {
        var adapter = adapter("vertex");
        var call = ((Rendered) adapter.render(order(Map.of()), 1)).call();
        var ordered = read(adapter.newDecoder(call), 200, "{\"name\":\"projects/p/operations/1\"}");
        var poll = Objects.requireNonNull(ordered.followUp());
        assertThat(poll.call().path()).endsWith("/veo-3.1-lite-generate-preview:fetchPredictOperation");
        assertThat(poll.call().bodyText()).isEqualTo("{\"operationName\":\"projects/p/operations/1\"}");
        var pending = read(poll.decoders().get(), 200, "{\"name\":\"projects/p/operations/1\"}");
        assertThat(pending.followUp()).isNotNull();
        var done = read(
                poll.decoders().get(),
                200,
                "{\"done\":true,\"response\":{\"videos\":[{\"bytesBase64Encoded\":\"AQID\",\"mimeType\":\"video/mp4\"}]}}");
        assertThat(done.result()).isInstanceOf(Finished.class);
        assertThat(Objects.requireNonNull(done.usage()).getMediaMillis()).isEqualTo(8000);
    }

    @Test
    void endsWhereTheJobFails() {
        var adapter = adapter("gemini");
        var call = ((Rendered) adapter.render(order(Map.of()), 1)).call();
        var poll = Objects.requireNonNull(read(adapter.newDecoder(call), 200, "{\"name\":\"operations/1\"}")
                .followUp());
        var failed = "{\"done\":true,\"error\":{\"code\":13,\"message\":\"internal\",\"status\":\"INTERNAL\"}}";
        assertThat(read(poll.decoders().get(), 200, failed).result()).isInstanceOf(Unavailable.class);
        var filtered = "{\"done\":true,\"response\":{\"generateVideoResponse\":{\"raiMediaFilteredCount\":1,"
                + "\"raiMediaFilteredReasons\":[\"no\"]}}}";
        assertThat(read(poll.decoders().get(), 200, filtered).result()).isInstanceOf(Finished.class);
        var unknown = "{\"error\":{\"code\":404,\"message\":\"gone\",\"status\":\"NOT_FOUND\"}}";
        assertThat(read(poll.decoders().get(), 404, unknown).result()).isInstanceOf(Refused.class);
    }
}

package dev.millrace.ops.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.catalogue.Provider;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.delivery.StreamFormat;
import dev.millrace.egress.gemini.GeminiAnswers;
import dev.millrace.egress.gemini.GeminiAnswers.Framing;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.ingress.dialect.Content;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.gemini.GeminiDialect;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.job.JobId;
import dev.millrace.worker.gemini.GeminiAdapter;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult.Finished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Gemini dialect in front of its own vendors, over their recorded requests and answers: nothing is lost on the way. */
class GeminiRoundTripTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path WIRE = Path.of("..", "provider-workers", "src", "test", "resources", "wire");
    private static final JobId JOB = new JobId("job_01890a5d00007000800000000000000a_3");

    /** A recorded exchange. */
    record Case(String name, Path folder, JsonNode meta) {
        boolean isStream() {
            return Files.exists(folder.resolve("response.sse"));
        }

        JsonNode json(String file) throws IOException {
            return JSON.readTree(folder.resolve(file).toFile());
        }

        byte[] body() throws IOException {
            return Files.readAllBytes(folder.resolve(meta.path("response_file").asText()));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Case> cases() {
        try (var paths = Files.walk(WIRE, 4)) {
            return paths
                    .filter(path -> path.endsWith("meta.json"))
                    .sorted()
                    .map(GeminiRoundTripTest::read)
                    .toList()
                    .stream()
                    .filter(it -> it.meta().path("api").asText().equals("generateContent"))
                    .filter(it ->
                            it.meta().path("status").asInt() == 200 && it.meta().hasNonNull("response_file"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case read(Path meta) {
        try {
            var folder = Objects.requireNonNull(meta.getParent());
            return new Case(WIRE.relativize(folder).toString(), folder, JSON.readTree(meta.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Case> gemini() {
        return cases();
    }

    static Stream<Case> geminiRequests() {
        return gemini().filter(it -> Files.exists(it.folder().resolve("request.json")));
    }

    private static Provider provider(String adapter, Map<String, String> quirks) {
        return new Provider("p", adapter, null, "default", null, false, Map.of(), quirks, 1, true, null);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("geminiRequests")
    void sendsARequestOnAsItCame(Case recorded) throws IOException {
        // Given
        var body = recorded.json("request.json");
        var path = "/v1beta/models/m:" + (recorded.isStream() ? "streamGenerateContent" : "generateContent");
        var call = new GeminiDialect(BodyLimits.DEFAULTS)
                .read(new Incoming(path, Content.Raw.of(body.toString()), _ -> null, _ -> "sse", Instant.EPOCH));
        var request = InferenceRequest.newBuilder()
                .setAccount("acme")
                .setModel("p/m")
                .setDialect(call.dialect())
                .setInput(call.input())
                .build();
        var order = AttemptOrder.newBuilder()
                .setProvider("p")
                .setModel("p/m")
                .setVendorModel("m")
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .setRequest(request)
                .build();
        // When
        var rendering = GeminiAdapter.of(provider(recorded.meta().path("vendor").asText(), Map.of()))
                .render(order, 1);
        // Then
        assertThat(rendering).isInstanceOf(Rendered.class);
        var sent = JSON.readTree(((Rendered) rendering).call().bodyText());
        assertThat(PlainGemini.request(sent)).isEqualTo(PlainGemini.request(body));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gemini")
    void tellsAnAnswerAsItCame(Case recorded) throws IOException {
        // Given
        var adapter = GeminiAdapter.of(provider("gemini", Map.of()));
        // When
        var told = told(recorded, adapter, "/models/m:generateContent");
        // Then
        assertThat(told.toString())
                .isEqualTo(PlainGemini.of(recorded.isStream(), recorded.body()).toString());
    }

    /** The answer as a client of the dialect reads it. */
    private static PlainGemini told(Case recorded, ProviderAdapter adapter, String path) throws IOException {
        var call = new VendorCall("POST", path, Map.of(), ByteBuffer.allocate(0), recorded.isStream());
        var decoder = adapter.newDecoder(call);
        var type = recorded.isStream() ? "text/event-stream" : "application/json";
        decoder.head(200, new VendorHeaders(Map.of("content-type", type)));
        var format = (StreamFormat)
                GeminiAnswers.stream(Framing.EVENTS, false, "p/m").of(JOB);
        var frames = new ArrayList<String>();
        var body = ByteBuffer.wrap(recorded.body());
        while (body.hasRemaining()) {
            var piece = body.slice(body.position(), Math.min(97, body.remaining()));
            body.position(body.position() + piece.remaining());
            decoder.feed(piece);
            add(format, decoder.take(), frames);
        }
        decoder.end();
        add(format, decoder.take(), frames);
        assertThat(decoder.result()).isInstanceOf(Finished.class);
        var terminal = Terminal.newBuilder()
                .setStatus(JobStatus.COMPLETED)
                .setUsage(decoder.usage())
                .setVendor(decoder.vendor())
                .build();
        var last = record(List.of());
        var ended = InferenceResult.newBuilder(last).setTerminal(terminal).build();
        if (format.next(new JobEvent.Ended(99, ended, false)) instanceof Output.Last(var more)) {
            frames.addAll(more);
        }
        return PlainGemini.of(true, String.join("", frames).getBytes(StandardCharsets.UTF_8));
    }

    private static void add(StreamFormat format, List<Delta> deltas, List<String> frames) {
        if (!deltas.isEmpty()
                && format.next(new JobEvent.Chunk(0, record(deltas), false)) instanceof Output.Frames(var more)) {
            frames.addAll(more);
        }
    }

    private static InferenceResult record(List<Delta> deltas) {
        return InferenceResult.newBuilder()
                .setJobId(JOB.value())
                .setAccount("acme")
                .setAttempt(1)
                .setEpoch(1)
                .setSeq(0)
                .setCreatedAtMillis(0)
                .setModel("p/m")
                .setDeltas(deltas)
                .build();
    }
}

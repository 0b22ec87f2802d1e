package dev.millrace.worker.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.catalogue.CatalogueLoader;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.Multipart;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorError;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Truncated;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything of the family that is not a chat, over all its recordings, with the quirks of the shipped catalogue. */
@Tag("recordings")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TaskContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Catalogue SHIPPED = CatalogueLoader.shipped();
    private static final Set<String> VENDORS = Set.of(
            "openai", "azure", "together", "mistral", "ollama", "openrouter", "perplexity", "groq", "xai", "voyage");
    private static final String[] APIS = {
        "embeddings", "images", "image-edit", "speech", "transcription", "moderation", "rerank", "completions"
    };

    /** The recorded Ollama is spoken to by its own older API, not by the one of the family that the catalogue uses. */
    private static final Map<String, String> OLLAMA =
            Map.of("embedding-path", "/api/embeddings", "embedding-members", "input=prompt");

    Stream<Recording> recordings() {
        return Recording.of(APIS).stream().filter(recording -> VENDORS.contains(recording.vendor()));
    }

    private static Provider provider(String vendor) {
        var shipped = SHIPPED.provider(vendor).orElseThrow();
        var quirks = vendor.equals("ollama") ? OLLAMA : shipped.quirks();
        return new Provider(vendor, "openai-compatible", null, "default", null, false, Map.of(), quirks, 1, true, null);
    }

    static TaskQuirks quirks(String vendor) {
        return TaskQuirks.of(vendor, provider(vendor).quirks());
    }

    private static OpenAiAdapter adapter(Recording recording) {
        return OpenAiAdapter.of(provider(recording.vendor()));
    }

    private record Decoded(
            List<Delta> deltas,
            VendorResult result,
            @Nullable Usage usage) {}

    private static Decoded decode(Recording recording, Iterable<ByteBuffer> pieces, boolean orderly) {
        var order = RecordedTask.order(recording);
        var call = new VendorCall("POST", "/", Map.of(), ByteBuffer.allocate(0), false);
        var decoder = adapter(recording).newDecoder(order, call);
        decoder.head(recording.status(), new VendorHeaders(recording.headers()));
        var deltas = new ArrayList<Delta>();
        for (var piece : pieces) {
            decoder.feed(piece);
            deltas.addAll(decoder.take());
        }
        if (orderly) {
            decoder.end();
        } else {
            decoder.cut();
        }
        deltas.addAll(decoder.take());
        return new Decoded(deltas, Objects.requireNonNull(decoder.result()), decoder.usage());
    }

    private static Decoded whole(Recording recording) {
        return decode(recording, List.of(ByteBuffer.wrap(recording.body())), true);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void readsWhatTheBytesSay(Recording recording) {
        // Given
        var expected = new RawTaskReading(recording);
        // When
        var decoded = whole(recording);
        // Then
        assertThat(TaskReading.of(decoded.deltas()).toString()).as("content").isEqualTo(expected.reading.toString());
        if (expected.error == null) {
            assertThat(decoded.result()).isInstanceOf(Finished.class);
            assertThat(decoded.deltas()).isNotEmpty();
        } else {
            assertThat(decoded.result())
                    .isInstanceOfSatisfying(
                            Refused.class,
                            it -> assertThat(it.error())
                                    .extracting(VendorError::message)
                                    .isEqualTo(expected.error));
        }
        assertThat(counts(decoded.usage())).containsAll(expected.counts());
        if (expected.usage != null) {
            assertThat(Objects.requireNonNull(decoded.usage()).getVendorJson()).isEqualTo(expected.usage.toString());
        }
    }

    private static List<String> counts(@Nullable Usage usage) {
        return usage == null
                ? List.of()
                : List.of("input=" + usage.getInputTokens(), "output=" + usage.getOutputTokens());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void readsTheSameHoweverTheNetworkCutsIt(Recording recording) {
        var expected = whole(recording);
        for (long seed = 1; seed <= 5; seed++) {
            // When
            var decoded = decode(recording, split(recording.body(), new SplittableRandom(seed)), true);
            // Then
            assertThat(TaskReading.of(decoded.deltas()).toString())
                    .as("seed %d", seed)
                    .isEqualTo(TaskReading.of(expected.deltas()).toString());
            assertThat(decoded.result()).isEqualTo(expected.result());
            assertThat(decoded.usage()).isEqualTo(expected.usage());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void neverFinishesAReplyThatBreaksOff(Recording recording) {
        for (int length : cuts(recording.body())) {
            var pieces = List.of(ByteBuffer.wrap(recording.body(), 0, length));
            assertThat(decode(recording, pieces, false).result())
                    .as("cut after %d bytes", length)
                    .isNotInstanceOf(Finished.class);
        }
    }

    /** JSON and streams of events tell by themselves; sound and plain text do by their announced length. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void neverFinishesAReplyThatEndsTooEarly(Recording recording) {
        var announced = announced(recording);
        for (int length : cuts(recording.body())) {
            var pieces = List.of(ByteBuffer.wrap(recording.body(), 0, length));
            assertThat(decode(announced, pieces, true).result())
                    .as("ended after %d bytes", length)
                    .isNotInstanceOf(Finished.class);
        }
    }

    /** A body without a grammar, of which only the end of the connection is the end. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void neverTakesTheEndOfAConnectionForTheEndOfSound(Recording recording) {
        if (!isBare(recording)) {
            return;
        }
        var headers = new HashMap<>(recording.headers());
        headers.put(VendorHeaders.ENDS_WITH_CONNECTION, "");
        assertThat(whole(with(recording, headers)).result()).isInstanceOf(Truncated.class);
    }

    private static boolean isBare(Recording recording) {
        var type = recording.headers().getOrDefault("content-type", "");
        return type.startsWith("audio/") || type.startsWith("text/plain");
    }

    private static Recording announced(Recording recording) {
        var headers = new HashMap<>(recording.headers());
        if (isBare(recording)) {
            headers.put("content-length", String.valueOf(recording.body().length));
        }
        return with(recording, headers);
    }

    private static Recording with(Recording recording, Map<String, String> headers) {
        return new Recording(
                recording.name(),
                recording.vendor(),
                recording.api(),
                recording.status(),
                headers,
                recording.body(),
                recording.folder());
    }

    Stream<Recording> withRequest() {
        return recordings().filter(recording -> recording.request() != null);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withRequest")
    void writesTheRecordedRequest(Recording recording) throws IOException {
        // Given
        var recorded = Objects.requireNonNull(recording.request());
        // When
        var rendering = adapter(recording).render(RecordedTask.order(recording), 1);
        // Then
        assertThat(rendering).isInstanceOf(Rendering.Rendered.class);
        var call = ((Rendering.Rendered) rendering).call();
        var meta = JSON.readTree(recording.folder().resolve("meta.json").toFile());
        assertThat(meta.path("path").asText()).endsWith(call.path());
        if (recorded.has("_multipart")) {
            assertThat(Multipart.parse(call).stream().map(TaskContractTest::field))
                    .containsExactlyInAnyOrderElementsOf(fields(recorded.path("_multipart")));
        } else {
            assertThat(meant(JSON.readTree(call.bodyText()))).isEqualTo(meant(recorded));
        }
    }

    /** One input says the same by itself and in a list. That a stream is to end with its usage is always asked for. */
    private static JsonNode meant(JsonNode body) {
        if (body instanceof ObjectNode object) {
            object.remove("stream_options");
        }
        if (body instanceof ObjectNode object && object.path("input").size() == 1) {
            object.set("input", object.path("input").get(0));
        }
        return body;
    }

    private static String field(Multipart.Part part) {
        return part.fileName() == null
                ? part.name() + "=" + part.text()
                : part.name() + ": " + part.fileName() + " " + part.contentType();
    }

    private static List<String> fields(JsonNode multipart) {
        var fields = new ArrayList<String>();
        for (var field : multipart) {
            fields.add(
                    field.has("value")
                            ? field.path("name").asText() + "="
                                    + field.path("value").asText()
                            : field.path("name").asText() + ": "
                                    + field.path("filename").asText() + " "
                                    + field.path("content_type").asText());
        }
        return fields;
    }

    /** Every proper prefix. White space after an object, and the last byte of a CRLF after which nothing can follow, are not part of it. */
    private static List<Integer> cuts(byte[] body) {
        int end = body.length > 2 && body[body.length - 2] == '\r' ? body.length - 1 : body.length;
        while (end > 0 && body[0] == '{' && Character.isWhitespace(body[end - 1])) {
            end--;
        }
        var cuts = new ArrayList<Integer>();
        for (int i = 0; i < end; i++) {
            if (end <= 4_000 || i > end - 300 || i % 997 == 0) {
                cuts.add(i);
            }
        }
        return cuts;
    }

    private static List<ByteBuffer> split(byte[] body, SplittableRandom random) {
        var pieces = new ArrayList<ByteBuffer>();
        for (int start = 0; start < body.length; ) {
            int length = Math.min(body.length - start, 1 + random.nextInt(random.nextBoolean() ? 8 : 2000));
            pieces.add(ByteBuffer.wrap(body, start, length));
            start += length;
        }
        return pieces;
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

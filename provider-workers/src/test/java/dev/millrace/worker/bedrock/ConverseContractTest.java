package dev.millrace.worker.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderContractTest;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Refused;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Converse over all its recordings, and the errors of the whole API. */
class ConverseContractTest extends ProviderContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final BedrockAdapter ADAPTER = new BedrockAdapter(
            new BedrockQuirks(false, false), null, Map.of(), DecoderLimits.DEFAULTS, () -> Instant.EPOCH);

    @Override
    protected Stream<Recording> recordings() {
        return Recording.of("converse", "count-tokens", "invoke").stream()
                .filter(recording ->
                        recording.status() >= 300 || recording.api().equals("converse"));
    }

    Stream<Recording> requests() {
        return Recording.of("converse").stream().filter(recording -> recording.request() != null);
    }

    @Override
    protected ReplyDecoder decoder(Recording recording) {
        return new BedrockDecoder(
                isFramed(recording),
                new ConverseReader(DecoderLimits.DEFAULTS),
                DecoderLimits.DEFAULTS,
                () -> Instant.EPOCH);
    }

    private static boolean isFramed(Recording recording) {
        return Files.exists(recording.folder().resolve("response.eventstream.bin"));
    }

    @Override
    protected Expected expected(Recording recording) {
        try {
            var raw = new RawConverse(recording);
            Class<? extends VendorResult> result = raw.error == null ? Finished.class : Refused.class;
            return new Expected(raw.reading, raw.usage(), raw.error, result, raw.extras);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void carriesWhatHasNoCommonWord(Recording recording) throws IOException {
        // Given
        var raw = new RawConverse(recording);
        // When
        var decoded = decode(recording, List.of(ByteBuffer.wrap(recording.body())), true);
        // Then
        var citations = new ArrayList<String>();
        var serverCalls = new ArrayList<String>();
        var opaque = new ArrayList<String>();
        for (var delta : decoded.deltas()) {
            switch (delta.getContent()) {
                case ItemDelta item when item.getType().equals("citation") -> citations.add(item.getJson());
                case ItemDelta item
                when item.getType().equals("toolUse") ->
                    serverCalls.add(JSON.readTree(item.getJson())
                            .path("toolUse")
                            .path("name")
                            .asText());
                case ReasoningDelta thought -> {
                    Stream.of(thought.getSignature(), thought.getEncrypted())
                            .filter(Objects::nonNull)
                            .forEach(opaque::add);
                }
                default -> {}
            }
        }
        assertThat(citations).isEqualTo(raw.citations);
        assertThat(serverCalls).isEqualTo(raw.serverCalls);
        assertThat(opaque).isEqualTo(raw.opaque);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void writesTheRecordedRequest(Recording recording) throws IOException {
        // Given
        var meta = JSON.readTree(recording.folder().resolve("meta.json").toFile());
        var body = Objects.requireNonNull(recording.request());
        var path = URLDecoder.decode(meta.path("path").asText(), StandardCharsets.UTF_8);
        var model = path.replaceAll("^/model/(.*)/converse(-stream)?$", "$1");
        // When
        var rendering = ADAPTER.render(RecordedConverse.order(body, model, isFramed(recording)), 1);
        // Then
        assertThat(rendering).isInstanceOf(Rendered.class);
        var call = ((Rendered) rendering).call();
        assertThat(URLDecoder.decode(call.path(), StandardCharsets.UTF_8)).isEqualTo(path);
        assertThat(RecordedConverse.normal(JSON.readTree(call.bodyText()))).isEqualTo(RecordedConverse.normal(body));
    }
}

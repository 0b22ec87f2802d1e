package dev.millrace.worker.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.avro.VectorDelta;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderContractTest;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Refused;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gemini and Vertex over all their recordings: answers, embeddings, generated media, errors. */
class GeminiContractTest extends ProviderContractTest {
    @Override
    protected Stream<Recording> recordings() {
        return Recording.of("generateContent", "embeddings").stream()
                .filter(recording -> recording.vendor().equals("gemini")
                        || recording.vendor().equals("vertex"));
    }

    @Override
    protected ReplyDecoder decoder(Recording recording) {
        int bytes = DecoderLimits.DEFAULTS.maxVendorBytes();
        var reader = recording.api().equals("embeddings")
                ? new PredictionReader(bytes)
                : new GenerateReader("r", false, bytes);
        return new GeminiReplyDecoder(reader, DecoderLimits.DEFAULTS, () -> Instant.EPOCH);
    }

    @Override
    protected Expected expected(Recording recording) {
        try {
            var raw = new RawGeminiReading(recording);
            Class<? extends VendorResult> result = raw.error == null ? Finished.class : Refused.class;
            var reading = raw.reading;
            for (int i = 0; raw.vectorValues > 0 && i < Math.max(1, raw.vectorValues / 768); i++) {
                reading.choice(i);
            }
            return new Expected(reading, raw.usage(recording), raw.error, result, List.copyOf(raw.extras));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What has no common word must not be lost either. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void losesNeitherSignaturesNorMediaNorItems(Recording recording) throws Exception {
        // Given
        var raw = new RawGeminiReading(recording);
        // When
        var deltas = decode(recording, List.of(ByteBuffer.wrap(recording.body())), true)
                .deltas();
        // Then
        assertThat(signatures(deltas)).isEqualTo(raw.signatures);
        assertThat(items(deltas)).isEqualTo(raw.items);
        int media = 0;
        int values = 0;
        for (var delta : deltas) {
            if (delta.getContent() instanceof MediaDelta piece) {
                media += piece.getData().remaining();
            } else if (delta.getContent() instanceof VectorDelta vector) {
                values += vector.getValues().size();
            }
        }
        assertThat(media).isEqualTo(raw.mediaBytes);
        assertThat(values).isEqualTo(raw.vectorValues);
    }

    private static List<String> items(List<Delta> deltas) {
        return deltas.stream()
                .map(Delta::getContent)
                .filter(ItemDelta.class::isInstance)
                .map(item -> ((ItemDelta) item).getJson())
                .toList();
    }

    private static List<String> signatures(List<Delta> deltas) {
        var signatures = new ArrayList<String>();
        for (var delta : deltas) {
            var signature = signature(delta);
            if (signature != null) {
                signatures.add(signature);
            }
        }
        return signatures;
    }

    private static @Nullable String signature(Delta delta) {
        return switch (delta.getContent()) {
            case ToolCallDelta call -> call.getSignature();
            case ReasoningDelta thought -> thought.getSignature();
            case ItemDelta item
            when item.getJson().contains("thoughtSignature") ->
                item.getJson().replaceFirst("(?s).*\"thoughtSignature\":\"([^\"]*)\".*", "$1");
            default -> {
                var json = delta.getExtensions().get("gemini.thoughtSignature");
                yield json == null ? null : json.substring(1, json.length() - 1);
            }
        };
    }
}

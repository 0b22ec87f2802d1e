package dev.millrace.worker.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderContractTest;
import dev.millrace.worker.provider.Reading;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All recordings of the Messages API, wherever it was hosted. */
class AnthropicContractTest extends ProviderContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    protected Stream<Recording> recordings() {
        // A count of tokens is no message; its one error is one like any other.
        return Stream.concat(
                Recording.of("messages", "messages-rawPredict").stream()
                        .filter(recording -> !recording.name().contains("/count-tokens/")),
                Recording.of("invoke").stream().filter(AnthropicContractTest::isWholeMessage));
    }

    /** Bedrock's streams of events have a framing of their own; its whole replies do not. */
    private static boolean isWholeMessage(Recording recording) {
        return recording.name().contains("anthropic")
                && Files.exists(recording.folder().resolve("response.json"));
    }

    @Override
    protected ReplyDecoder decoder(Recording recording) {
        return new MessagesDecoder(DecoderLimits.DEFAULTS, () -> Instant.EPOCH);
    }

    @Override
    protected Expected expected(Recording recording) {
        try {
            var raw = new RawMessage(recording);
            Class<? extends VendorResult> result = raw.error == null ? Finished.class : Refused.class;
            return new Expected(raw.reading(), raw.usage(), raw.error, result, raw.extras());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void keepsWhatHasNoCommonWord(Recording recording) throws JsonProcessingException {
        // When
        var decoded = decode(recording, List.of(ByteBuffer.wrap(recording.body())), true);
        // Then
        assertThat(beside(decoded.deltas())).isEqualTo(new RawMessage(recording).beside());
    }

    static List<String> beside(List<Delta> deltas) throws JsonProcessingException {
        var list = new ArrayList<String>();
        for (var delta : deltas) {
            if (delta.getContent() instanceof ReasoningDelta thought) {
                if (thought.getSignature() != null) {
                    list.add("signature " + thought.getSignature());
                } else if (thought.getEncrypted() != null) {
                    list.add("redacted " + thought.getEncrypted());
                }
            } else if (delta.getContent() instanceof ItemDelta item
                    && !item.getType().equals("content_block")) {
                assertThat(item.getDialect()).isEqualTo("anthropic");
                list.add(item.getType() + " " + JSON.readTree(item.getJson()));
            }
        }
        return list;
    }

    /** The results of a batch are whole messages, one a line. */
    @ParameterizedTest
    @MethodSource("batchResults")
    void readsTheMessagesOfABatch(Path results) throws IOException {
        for (var line : Files.readAllLines(results)) {
            // Given
            var message = (ObjectNode) JSON.readTree(line).path("result").path("message");
            var raw = new RawMessage(message);
            // When
            var reader = new MessageReader(DecoderLimits.DEFAULTS);
            var result = reader.whole(message);
            // Then
            assertThat(result).isInstanceOf(Finished.class);
            assertThat(Reading.of(reader.take()).toString())
                    .isEqualTo(raw.reading().toString());
            assertThat(reader.usage()).isEqualTo(raw.usage());
        }
    }

    static List<Path> batchResults() throws IOException {
        var root = Path.of(Objects.requireNonNull(AnthropicContractTest.class.getResource("/wire/anthropic/batch"))
                .getPath());
        try (var paths = Files.walk(root)) {
            return paths.filter(path -> path.toString().contains("04-get-results")
                            && Objects.requireNonNull(path.getFileName())
                                    .toString()
                                    .startsWith("response"))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}

package dev.millrace.worker.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderContractTest;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Responses dialect over all its recordings. */
class ResponsesContractTest extends ProviderContractTest {
    @Override
    protected Stream<Recording> recordings() {
        return Recording.of("responses").stream()
                .filter(recording -> !isCount(recording))
                .flatMap(ResponsesContractTest::streams);
    }

    /** Two recordings hold the streams of a whole conversation, one after the other: each is a reply of its own. */
    private static Stream<Recording> streams(Recording recording) {
        var text = new String(recording.body(), StandardCharsets.UTF_8);
        var pieces = text.split("(?=event: response\\.created\\n)", -1);
        if (!recording.isStream() || pieces.length <= 2) {
            return Stream.of(recording);
        }
        return IntStream.range(0, pieces.length)
                .filter(i -> !pieces[i].isEmpty())
                .mapToObj(i -> new Recording(
                        recording.name() + "#" + i,
                        recording.vendor(),
                        recording.api(),
                        recording.status(),
                        recording.headers(),
                        pieces[i].getBytes(StandardCharsets.UTF_8),
                        recording.folder()));
    }

    /** The endpoint that counts tokens answers with another object. */
    private static boolean isCount(Recording recording) {
        return recording.name().contains("/count-tokens/");
    }

    @Test
    void coversEveryRecording() {
        assertThat(recordings().map(Recording::vendor).distinct())
                .contains("openai", "azure", "bedrock", "deepseek", "lmstudio", "xai");
        assertThat(recordings()).hasSizeGreaterThanOrEqualTo(67);
    }

    @Override
    protected ReplyDecoder decoder(Recording recording) {
        return new ResponsesReplyDecoder(DecoderLimits.DEFAULTS, () -> Instant.EPOCH);
    }

    @Override
    protected Expected expected(Recording recording) {
        try {
            var raw = new RawResponseReading(recording);
            var error = raw.errorMessage();
            Class<? extends VendorResult> result = error == null ? Finished.class : Refused.class;
            return new Expected(raw.reading, raw.usage(), error, result, error == null ? raw.extras : List.of());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

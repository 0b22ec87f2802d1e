package dev.millrace.worker.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderContractTest;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The family of the chat dialect over all its recordings. */
class OpenAiContractTest extends ProviderContractTest {
    private static final Map<String, Map<String, String>> QUIRKS = Map.of("perplexity", Map.of("stream-end", "body"));

    @Override
    protected Stream<Recording> recordings() {
        return Recording.of("chat-completions").stream();
    }

    @Override
    protected ReplyDecoder decoder(Recording recording) {
        var quirks = QUIRKS.getOrDefault(recording.vendor(), Map.of());
        var provider = new Provider(
                recording.vendor(), "openai-compatible", null, "default", null, false, Map.of(), quirks, 1, true, null);
        return new ChatReplyDecoder(OpenAiQuirks.of(provider), DecoderLimits.DEFAULTS, () -> Instant.EPOCH);
    }

    @Override
    protected Expected expected(Recording recording) {
        try {
            var raw = new RawChatReading(recording);
            var error = raw.errorMessage();
            Class<? extends VendorResult> result = error == null ? Finished.class : Refused.class;
            if (recording.status() == 429) {
                result = Throttled.class;
            }
            boolean said = recording.status() < 300;
            return new Expected(
                    raw.reading, raw.usage(recording.vendor()), error, result, said ? raw.extras : List.of());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.millrace.worker.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.catalogue.CatalogueLoader;
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
import java.util.stream.Stream;

/** The family of the chat dialect over all its recordings, each vendor with the quirks that the catalogue says it has. */
class OpenAiContractTest extends ProviderContractTest {
    private static final Catalogue CATALOGUE = CatalogueLoader.shipped();

    @Override
    protected Stream<Recording> recordings() {
        return Recording.of("chat-completions").stream();
    }

    @Override
    protected ReplyDecoder decoder(Recording recording) {
        var provider = CATALOGUE
                .provider(recording.vendor())
                .filter(found -> found.adapter().equals("openai-compatible"))
                .orElseGet(() -> CATALOGUE.provider("openai").orElseThrow());
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

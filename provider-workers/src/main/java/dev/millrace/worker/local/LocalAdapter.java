package dev.millrace.worker.local;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.worker.openai.OpenAiAdapter;
import dev.millrace.worker.openai.OpenAiQuirks;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** OpenAI's dialect with the member {@code local} and the number of the attempt, for the scripted vendor only. */
public final class LocalAdapter implements ProviderAdapter {
    private final OpenAiAdapter chat;

    public LocalAdapter(DecoderLimits limits, InstantSource clock) {
        this.chat = new OpenAiAdapter(OpenAiQuirks.NONE, Map.of(), limits, clock, Set.of("local"));
    }

    @Override
    public Rendering render(AttemptOrder order, int attempt) {
        return switch (chat.render(order, attempt)) {
            case Inexpressible problem -> problem;
            case Rendered(var call) -> {
                var headers = new HashMap<>(call.headers());
                headers.put(LocalVendor.ATTEMPT_HEADER, Integer.toString(attempt));
                yield new Rendered(new VendorCall(call.method(), call.path(), headers, call.body(), call.streaming()));
            }
        };
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        return chat.newDecoder(call);
    }

    @Override
    public ReplyDecoder newDecoder(AttemptOrder order, VendorCall call) {
        return chat.newDecoder(order, call);
    }

    @Override
    public @Nullable FollowUp resume(AttemptOrder order, int attempt, String vendorJob) {
        return chat.resume(order, attempt, vendorJob);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return new CredentialScheme.Keyless();
    }
}

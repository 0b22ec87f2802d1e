package dev.millrace.worker;

import dev.millrace.catalogue.Provider;
import dev.millrace.worker.ark.ArkAdapter;
import dev.millrace.worker.blackforestlabs.BlackForestLabsAdapter;
import dev.millrace.worker.cartesia.CartesiaAdapter;
import dev.millrace.worker.dashscope.DashScopeAdapter;
import dev.millrace.worker.deepgram.DeepgramAdapter;
import dev.millrace.worker.elevenlabs.ElevenLabsAdapter;
import dev.millrace.worker.fal.FalAdapter;
import dev.millrace.worker.gladia.GladiaAdapter;
import dev.millrace.worker.luma.LumaAdapter;
import dev.millrace.worker.minimax.MiniMaxAdapter;
import dev.millrace.worker.provider.AllowedHosts;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.replicate.ReplicateAdapter;
import dev.millrace.worker.runway.RunwayAdapter;
import java.util.Optional;
import java.util.Set;

/** Names, in the catalogue, of the adapters of vendors of images, video, speech and transcripts. */
final class MediaVendors {
    private static final Set<String> QUIRKS = Set.of(AllowedHosts.QUIRK, "http-version");

    private MediaVendors() {}

    /**
     * The adapter a provider names; empty when it is none of these.
     *
     * @throws IllegalArgumentException naming the provider and the quirk that is not known
     */
    static Optional<ProviderAdapter> adapter(Provider provider) {
        var adapter = own(provider);
        if (adapter.isPresent()) {
            for (var name : provider.quirks().keySet()) {
                if (!QUIRKS.contains(name)) {
                    throw new IllegalArgumentException(
                            "providers." + provider.id() + ".quirks." + name + ": not known");
                }
            }
        }
        return adapter.or(() -> withOpenAi(provider));
    }

    private static Optional<ProviderAdapter> own(Provider provider) {
        return Optional.ofNullable(
                switch (provider.adapter()) {
                    case "elevenlabs" -> new ElevenLabsAdapter(provider);
                    case "deepgram" -> new DeepgramAdapter(provider);
                    case "cartesia" -> new CartesiaAdapter(provider);
                    case "gladia" -> new GladiaAdapter(provider);
                    case "replicate" -> new ReplicateAdapter(provider);
                    case "fal" -> new FalAdapter(provider);
                    case "black-forest-labs" -> new BlackForestLabsAdapter(provider);
                    case "luma" -> new LumaAdapter(provider);
                    case "runway" -> new RunwayAdapter(provider);
                    default -> null;
                });
    }

    /** Vendors that speak OpenAI's dialect too, whose quirks it knows. */
    private static Optional<ProviderAdapter> withOpenAi(Provider provider) {
        return Optional.ofNullable(
                switch (provider.adapter()) {
                    case "minimax" -> MiniMaxAdapter.of(provider);
                    case "dashscope" -> DashScopeAdapter.of(provider);
                    case "ark" -> ArkAdapter.of(provider);
                    default -> null;
                });
    }
}

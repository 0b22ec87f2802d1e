package dev.millrace.worker;

import dev.millrace.catalogue.Catalogue;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.anthropic.AnthropicAdapter;
import dev.millrace.worker.bedrock.BedrockAdapter;
import dev.millrace.worker.call.ProviderLine;
import dev.millrace.worker.call.ProviderLine.Closed;
import dev.millrace.worker.call.ProviderLine.Open;
import dev.millrace.worker.cohere.CohereAdapter;
import dev.millrace.worker.credential.ProviderCredentials;
import dev.millrace.worker.credential.ProviderVariables;
import dev.millrace.worker.gemini.GeminiAdapter;
import dev.millrace.worker.local.LocalAdapter;
import dev.millrace.worker.local.LocalTransport;
import dev.millrace.worker.local.LocalVendor;
import dev.millrace.worker.onnx.NativeAdapter;
import dev.millrace.worker.onnx.NativeTransport;
import dev.millrace.worker.openai.AzureOpenAi;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.responses.ChatOrResponsesAdapter;
import dev.millrace.worker.responses.ResponsesAdapter;
import dev.millrace.worker.transport.HttpTransport;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The line to each provider of the catalogue, made when it is first needed and made anew when the catalogue's entry has changed.
 *
 * <p>This is where an adapter's name in the catalogue meets its class. Thread-safe.
 */
final class ProviderLines implements AutoCloseable {
    private final Supplier<Catalogue> catalogue;
    private final Vertx vertx;
    private final Map<String, String> environment;
    private final ProviderCredentials credentials;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** One for all entries, old and new: a model is large, and in memory once. */
    private final NativeTransport inProcess = NativeTransport.ofThisMachine();

    private record Entry(Provider provider, ProviderLine line) {}

    ProviderLines(Supplier<Catalogue> catalogue, Vertx vertx, Map<String, String> environment) {
        this.catalogue = catalogue;
        this.vertx = vertx;
        this.environment = environment;
        this.credentials = new ProviderCredentials(environment, Clock.systemUTC());
    }

    ProviderLine line(String providerId) {
        var provider = catalogue.get().provider(providerId).orElse(null);
        if (provider == null) {
            return new Closed("provider " + providerId + " is not in the catalogue of this worker");
        }
        return entries.compute(
                        providerId,
                        (_, entry) -> entry != null && entry.provider().equals(provider)
                                ? entry
                                : new Entry(provider, open(provider)))
                .line();
    }

    int maxConcurrent(String providerId) {
        return catalogue.get().provider(providerId).map(Provider::maxConcurrent).orElse(Integer.MAX_VALUE);
    }

    private ProviderLine open(Provider provider) {
        try {
            return byAdapter(ProviderVariables.resolve(provider, environment));
        } catch (IllegalArgumentException e) {
            // An entry that cannot be used closes its own line and no other.
            return new Closed(String.valueOf(e.getMessage()));
        }
    }

    private ProviderLine byAdapter(Provider provider) {
        return switch (provider.adapter()) {
            case "local" ->
                new Open(
                        new LocalAdapter(DecoderLimits.DEFAULTS, InstantSource.system()),
                        new LocalTransport(new LocalVendor()));
            case "bedrock" -> overHttp(provider, BedrockAdapter.of(provider));
            case "cohere" -> overHttp(provider, CohereAdapter.of(provider));
            case "native" -> new Open(new NativeAdapter(DecoderLimits.DEFAULTS), inProcess);
            case "azure-openai" -> overHttp(provider, ChatOrResponsesAdapter.of(AzureOpenAi.withQuirks(provider)));
            case "openai-compatible", "voyage" -> overHttp(provider, ChatOrResponsesAdapter.of(provider));
            case "openai-responses" -> overHttp(provider, ResponsesAdapter.of(provider));
            case "anthropic" -> overHttp(provider, AnthropicAdapter.of(provider));
            case "vertex-anthropic" -> overHttp(provider, AnthropicAdapter.onVertex(provider));
            case "gemini", "vertex" -> overHttp(provider, GeminiAdapter.of(provider));
            default ->
                MediaVendors.adapter(provider)
                        .map(adapter -> overHttp(provider, adapter))
                        .orElseGet(() ->
                                new Closed("provider " + provider.id() + ": no adapter '" + provider.adapter() + "'"));
        };
    }

    private ProviderLine overHttp(Provider provider, ProviderAdapter adapter) {
        var baseUrl = provider.baseUrl();
        if (baseUrl == null) {
            return new Closed("provider " + provider.id() + " has no base address");
        }
        var authorizer = credentials.authorizer(provider, adapter.credentialScheme());
        return new Open(adapter, HttpTransport.of(vertx, provider, baseUrl, authorizer, adapter.allowedHosts()));
    }

    /** Closes every connection. */
    @Override
    public void close() {
        for (var entry : entries.values()) {
            if (entry.line() instanceof Open open) {
                open.transport().close();
            }
        }
        entries.clear();
        inProcess.close();
    }
}

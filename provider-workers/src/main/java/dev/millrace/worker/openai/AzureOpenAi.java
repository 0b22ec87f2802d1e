package dev.millrace.worker.openai;

import dev.millrace.catalogue.Provider;
import java.util.HashMap;

/**
 * Azure's service of OpenAI's models: the same dialect, with its own header for the key. A model's name is that of its deployment.
 *
 * <p>By default the version 1 path is spoken, whose base address is {@code https://<resource>.openai.azure.com/openai/v1}. For the older
 * path the operator sets the base address to {@code https://<resource>.openai.azure.com} and the quirk {@code chat-path} to
 * {@code /openai/deployments/{model}/chat/completions?api-version=2024-10-21}.
 *
 * @see <a href="https://learn.microsoft.com/azure/ai-services/openai/api-version-lifecycle">Microsoft, API version lifecycle</a>
 */
public final class AzureOpenAi {
    private AzureOpenAi() {}

    /** The provider with the quirks that all of Azure has, where the catalogue sets none of its own. */
    public static Provider withQuirks(Provider provider) {
        var quirks = new HashMap<>(provider.quirks());
        quirks.putIfAbsent("credential-header", "api-key");
        return new Provider(
                provider.id(),
                provider.adapter(),
                provider.baseUrl(),
                provider.pool(),
                provider.credentialEnv(),
                provider.credentialRequired(),
                provider.headers(),
                quirks,
                provider.maxConcurrent(),
                provider.openModels(),
                provider.defaultPrices(),
                provider.baseUrlTemplate(),
                provider.variables(),
                provider.credentialScheme());
    }
}

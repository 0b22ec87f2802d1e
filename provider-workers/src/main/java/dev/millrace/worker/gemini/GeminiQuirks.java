package dev.millrace.worker.gemini;

import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.CredentialScheme;
import java.util.Set;

/**
 * Where a provider of this dialect departs from the Gemini API; read from the catalogue's {@code quirks}.
 *
 * <table>
 * <caption>Names and values</caption>
 * <tr><td>{@code model-path}</td><td>where a model stands below the base address: default {@code /models/{model}}, for adapter
 *     {@code vertex} {@code /publishers/google/models/{model}}</td></tr>
 * <tr><td>{@code credential}</td><td>{@code api-key} (default for {@code gemini}): the key in {@code x-goog-api-key}; {@code oauth}:
 *     an access token of a service account (default for {@code vertex})</td></tr>
 * <tr><td>{@code api}</td><td>for conversations: {@code generate-content} (default) or {@code interactions}</td></tr>
 * <tr><td>{@code http-version}</td><td>read by the transport</td></tr>
 * </table>
 *
 * @param vertex whether embeddings go by {@code :predict}
 * @param interactions whether conversations go by interactions
 */
record GeminiQuirks(boolean vertex, boolean interactions, String modelPath, CredentialScheme credentialScheme) {
    private static final Set<String> KNOWN = Set.of("api", "model-path", "credential", "http-version");

    static GeminiQuirks of(Provider provider) {
        var quirks = provider.quirks();
        for (var name : quirks.keySet()) {
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("providers." + provider.id() + ".quirks." + name + ": not known");
            }
        }
        boolean vertex = provider.adapter().equals("vertex");
        var path = vertex ? "/publishers/google/models/{model}" : "/models/{model}";
        var credential = quirks.getOrDefault("credential", vertex ? "oauth" : "api-key");
        var scheme = switch (credential) {
            case "api-key" -> new CredentialScheme.InHeader("x-goog-api-key", "");
            case "oauth" -> new CredentialScheme.GoogleOAuth();
            default ->
                throw new IllegalArgumentException("providers." + provider.id()
                        + ".quirks.credential: must be one of api-key, oauth, got '" + credential + "'");
        };
        var api = quirks.getOrDefault("api", "generate-content");
        if (!api.equals("generate-content") && !api.equals("interactions")) {
            throw new IllegalArgumentException("providers." + provider.id()
                    + ".quirks.api: must be one of generate-content, interactions, got '" + api + "'");
        }
        return new GeminiQuirks(vertex, api.equals("interactions"), quirks.getOrDefault("model-path", path), scheme);
    }
}

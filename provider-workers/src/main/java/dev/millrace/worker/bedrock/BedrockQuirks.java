package dev.millrace.worker.bedrock;

import dev.millrace.catalogue.Provider;
import dev.millrace.worker.anthropic.MessagesOptions;
import java.util.Set;

/**
 * How a provider of this kind is spoken to; read from the catalogue's {@code quirks}.
 *
 * @param messagesApi {@code chat-api}: {@code converse} (default), or {@code messages}: InvokeModel with the body of Anthropic's Messages API, whose quirks are then known too
 * @param rerankApi {@code rerank-api}: {@code invoke} (default): InvokeModel, or {@code agent}: Rerank of the agent runtime, whose address is
 *     another one
 */
record BedrockQuirks(boolean messagesApi, boolean rerankApi) {
    private static final Set<String> KNOWN = Set.of("chat-api", "rerank-api", "http-version");

    /**
     * The quirks of a provider.
     *
     * @throws IllegalArgumentException naming the provider and the quirk that is not known
     */
    static BedrockQuirks of(Provider provider) {
        for (var name : provider.quirks().keySet()) {
            if (!KNOWN.contains(name) && !MessagesOptions.quirkNames().contains(name)) {
                throw new IllegalArgumentException("providers." + provider.id() + ".quirks." + name + ": not known");
            }
        }
        return new BedrockQuirks(
                oneOf(provider, "chat-api", "converse", "messages").equals("messages"),
                oneOf(provider, "rerank-api", "invoke", "agent").equals("agent"));
    }

    private static String oneOf(Provider provider, String name, String first, String second) {
        var value = provider.quirks().getOrDefault(name, first);
        if (value.equals(first) || value.equals(second)) {
            return value;
        }
        throw new IllegalArgumentException("providers." + provider.id() + ".quirks." + name + ": must be " + first
                + " or " + second + ", got '" + value + "'");
    }
}

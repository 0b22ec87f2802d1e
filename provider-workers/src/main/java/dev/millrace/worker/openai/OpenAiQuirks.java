package dev.millrace.worker.openai;

import dev.millrace.catalogue.Provider;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where a vendor departs from the dialect in chats; read from the catalogue's {@code quirks}. For everything else see {@link TaskQuirks}.
 *
 * <table>
 * <caption>Names and values</caption>
 * <tr><td>{@code stream-end}</td><td>{@code done} (default): {@code data: [DONE]} ends a stream; {@code body}: the end of the body does</td></tr>
 * <tr><td>{@code max-tokens-member}</td><td>{@code max_completion_tokens} (default) or {@code max_tokens}</td></tr>
 * <tr><td>{@code stream-usage}</td><td>{@code options} (default): ask by {@code stream_options}; {@code none}: the vendor refuses that member</td></tr>
 * <tr><td>{@code reasoning-member}</td><td>where earlier thinking goes back: {@code reasoning_content} (default), {@code reasoning}, {@code none}</td></tr>
 * <tr><td>{@code reasoning-request}</td><td>{@code effort} (default): {@code reasoning_effort}; {@code object}: {@code reasoning} with effort and budget</td></tr>
 * <tr><td>{@code system-role}</td><td>{@code keep} (default), {@code system}: developer messages go out as system ones, or {@code developer}</td></tr>
 * <tr><td>{@code chat-path}</td><td>default {@code /chat/completions}; may carry a query and {@code {model}}</td></tr>
 * <tr><td>{@code credential-header}</td><td>default {@code Authorization}</td></tr>
 * <tr><td>{@code credential-prefix}</td><td>default {@code "Bearer "} for {@code Authorization}, else empty</td></tr>
 * <tr><td>{@code http-version}</td><td>read by the transport: {@code 2} (default over TLS, with fallback) or {@code 1.1}</td></tr>
 * <tr><td>{@code responses}, {@code responses-path}, {@code responses-models}</td><td>when a call goes to the Responses endpoint instead:
 * {@link dev.millrace.worker.responses.ChatOrResponsesAdapter}</td></tr>
 * </table>
 *
 * @param endsWithBody whether the end of the body ends a stream
 * @param usageByOption whether a streaming request asks for usage
 * @param reasoningByObject whether thinking is asked for by an object with effort and budget
 */
public record OpenAiQuirks(
        boolean endsWithBody,
        String maxTokensMember,
        boolean usageByOption,
        String reasoningMember,
        boolean reasoningByObject,
        String systemRole,
        String chatPath,
        String credentialHeader,
        String credentialPrefix) {
    private static final Set<String> KNOWN = Set.of(
            "stream-end",
            "max-tokens-member",
            "stream-usage",
            "reasoning-member",
            "reasoning-request",
            "system-role",
            "chat-path",
            "credential-header",
            "credential-prefix",
            "http-version",
            "responses",
            "responses-path",
            "responses-models");

    /** The dialect as OpenAI speaks it. */
    public static final OpenAiQuirks NONE = of("openai", Map.of());

    /**
     * The quirks of a provider.
     *
     * @throws IllegalArgumentException naming the provider and the quirk that is not known
     */
    public static OpenAiQuirks of(Provider provider) {
        return of(provider.id(), provider.quirks());
    }

    private static OpenAiQuirks of(String provider, Map<String, String> quirks) {
        for (var name : quirks.keySet()) {
            if (!KNOWN.contains(name) && !TaskQuirks.known().contains(name)) {
                throw new IllegalArgumentException("providers." + provider + ".quirks." + name + ": not known");
            }
        }
        var header = quirks.getOrDefault("credential-header", "Authorization");
        var prefix = header.toLowerCase(Locale.ROOT).equals("authorization") ? "Bearer " : "";
        return new OpenAiQuirks(
                oneOf(provider, quirks, "stream-end", "done", "body").equals("body"),
                oneOf(provider, quirks, "max-tokens-member", "max_completion_tokens", "max_tokens"),
                oneOf(provider, quirks, "stream-usage", "options", "none").equals("options"),
                oneOf(provider, quirks, "reasoning-member", "reasoning_content", "reasoning", "none"),
                oneOf(provider, quirks, "reasoning-request", "effort", "object").equals("object"),
                oneOf(provider, quirks, "system-role", "keep", "system", "developer"),
                quirks.getOrDefault("chat-path", "/chat/completions"),
                header,
                quirks.getOrDefault("credential-prefix", prefix));
    }

    private static String oneOf(String provider, Map<String, String> quirks, String name, String... allowed) {
        var value = quirks.getOrDefault(name, allowed[0]);
        for (var word : allowed) {
            if (word.equals(value)) {
                return value;
            }
        }
        throw new IllegalArgumentException("providers." + provider + ".quirks." + name + ": must be one of "
                + String.join(", ", allowed) + ", got '" + value + "'");
    }
}

package dev.millrace.worker.responses;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Provider;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.worker.openai.OpenAiAdapter;
import dev.millrace.worker.provider.AllowedHosts;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A provider that speaks both of OpenAI's dialects.
 *
 * <p>A conversation goes to {@code /responses} when it came in that dialect, when it asks for something only that dialect can say (a tool
 * that is neither a function nor a custom one, a summary of the thinking, an item of that dialect), or when the catalogue names the
 * model under {@code responses-models}; everything else goes to the provider's other endpoints.
 *
 * <table>
 * <caption>Quirks</caption>
 * <tr><td>{@code responses}</td><td>{@code never} (default) or {@code when-needed}</td></tr>
 * <tr><td>{@code responses-path}</td><td>default {@code /responses}</td></tr>
 * <tr><td>{@code responses-models}</td><td>names of models that have no other endpoint, separated by commas; {@code *} stands for anything</td></tr>
 * </table>
 */
public final class ChatOrResponsesAdapter implements ProviderAdapter {
    private static final Set<String> BOTH = Set.of("function", "custom");

    private final ProviderAdapter chat;
    private final ResponsesAdapter responses;
    private final List<Pattern> models;

    ChatOrResponsesAdapter(ProviderAdapter chat, ResponsesAdapter responses, String models) {
        this.chat = chat;
        this.responses = responses;
        this.models = Arrays.stream(models.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(name -> Pattern.compile(Pattern.quote(name).replace("*", "\\E.*\\Q")))
                .toList();
    }

    /** The adapter of a provider of the catalogue: of both dialects when its quirks say that it speaks both. */
    public static ProviderAdapter of(Provider provider) {
        var quirks = provider.quirks();
        var other = OpenAiAdapter.of(provider);
        return quirks.getOrDefault("responses", "never").equals("never")
                ? other
                : new ChatOrResponsesAdapter(
                        other, ResponsesAdapter.of(provider), quirks.getOrDefault("responses-models", ""));
    }

    @Override
    public Rendering render(AttemptOrder order, int attempt) {
        return (needsResponses(order) ? responses : chat).render(order, attempt);
    }

    private boolean needsResponses(AttemptOrder order) {
        var request = order.getRequest();
        if (request.getOperation() != Operation.CHAT || !(request.getInput() instanceof ChatInput input)) {
            return false;
        }
        return request.getDialect().equals(ResponsesMarks.DIALECT)
                || models.stream()
                        .anyMatch(model -> model.matcher(order.getVendorModel()).matches())
                || input.getTools().stream().anyMatch(tool -> !BOTH.contains(tool.getType()))
                || (input.getReasoning() != null && input.getReasoning().getSummary() != null)
                || hasItem(input);
    }

    private static boolean hasItem(ChatInput input) {
        return input.getMessages().stream()
                .flatMap(message -> message.getParts().stream())
                .anyMatch(part -> part.getContent() instanceof OpaquePart opaque
                        && opaque.getDialect().equals(ResponsesMarks.DIALECT));
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        return (call.path().equals(responses.path()) ? responses : chat).newDecoder(call);
    }

    @Override
    public ReplyDecoder newDecoder(AttemptOrder order, VendorCall call) {
        return (needsResponses(order) ? responses : chat).newDecoder(order, call);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return chat.credentialScheme();
    }

    @Override
    public AllowedHosts allowedHosts() {
        return chat.allowedHosts();
    }

    @Override
    public @Nullable FollowUp resume(AttemptOrder order, int attempt, String vendorJob) {
        return chat.resume(order, attempt, vendorJob);
    }
}

package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Operation;
import dev.millrace.avro.TaskInput;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.RenderProblems;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Cohere. The quirk {@code chat-api: v1} speaks version 1 of the chat API, whose base address ends in {@code /v1}.
 *
 * @see <a href="https://docs.cohere.com/reference/about">Cohere, API reference</a>
 */
public final class CohereAdapter implements ProviderAdapter {
    private static final Set<String> QUIRKS = Set.of("chat-api", "http-version");

    private final boolean firstVersion;
    private final Map<String, String> headers;
    private final DecoderLimits limits;
    private final InstantSource clock;
    private final TaskRequests requests;
    private final TaskReplies replies;

    CohereAdapter(boolean firstVersion, Map<String, String> headers, DecoderLimits limits, InstantSource clock) {
        this.firstVersion = firstVersion;
        this.headers = Map.copyOf(headers);
        this.limits = limits;
        this.clock = clock;
        this.requests = new TaskRequests(headers);
        this.replies = new TaskReplies(limits, clock);
    }

    /**
     * The adapter of a provider of the catalogue.
     *
     * @throws IllegalArgumentException naming the provider and the quirk that is not known
     */
    public static CohereAdapter of(Provider provider) {
        for (var name : provider.quirks().keySet()) {
            if (!QUIRKS.contains(name)) {
                throw new IllegalArgumentException("providers." + provider.id() + ".quirks." + name + ": not known");
            }
        }
        var api = provider.quirks().getOrDefault("chat-api", "v2");
        if (!api.equals("v1") && !api.equals("v2")) {
            throw new IllegalArgumentException(
                    "providers." + provider.id() + ".quirks.chat-api: must be v1 or v2, got '" + api + "'");
        }
        return new CohereAdapter(api.equals("v1"), provider.headers(), DecoderLimits.DEFAULTS, InstantSource.system());
    }

    @Override
    public Rendering render(AttemptOrder order, int attempt) {
        var request = order.getRequest();
        return switch (request.getInput()) {
            case ChatInput chat when request.getOperation() == Operation.CHAT -> chat(order, chat);
            case TaskInput task -> requests.write(order, task);
            default ->
                new Inexpressible(
                        "operation", "operation " + request.getOperation() + " is not spoken by this provider");
        };
    }

    private Rendering chat(AttemptOrder order, ChatInput chat) {
        var problems = new RenderProblems();
        var dialect = order.getRequest().getDialect();
        ObjectNode body = firstVersion
                ? new FirstVersionBody(problems, dialect).write(order, chat)
                : new ChatBody(problems, dialect).write(order, chat);
        var problem = problems.first();
        if (problem != null) {
            return problem;
        }
        boolean streaming = order.getRequest().getDelivery().getStream();
        var all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        all.put("Accept", streaming && !firstVersion ? "text/event-stream" : "application/json");
        var bytes = ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8));
        return new Rendered(new VendorCall("POST", "/chat", all, bytes, streaming));
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        var reader = firstVersion ? new FirstVersionReader(limits) : new MessageReader(limits);
        return new ChatDecoder(call.streaming(), firstVersion, reader, limits, clock);
    }

    @Override
    public ReplyDecoder newDecoder(AttemptOrder order, VendorCall call) {
        return order.getRequest().getInput() instanceof TaskInput task
                ? replies.decoder(order, task)
                : newDecoder(call);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return CredentialScheme.bearer();
    }
}

package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.AllowedHosts;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Any vendor that speaks the chat-completions dialect, and what the family has beside chats.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat">OpenAI, Chat Completions</a>
 */
public final class OpenAiAdapter implements ProviderAdapter {
    private final OpenAiQuirks quirks;
    private final Map<String, String> headers;
    private final DecoderLimits limits;
    private final InstantSource clock;
    private final Set<String> passOn;
    private final TaskCodec tasks;
    private final TaskQuirks taskQuirks;

    /**
     * An adapter for a provider of this dialect.
     *
     * @param passOn members of a request that are ours and yet meant for this provider; none for a vendor outside
     */
    public OpenAiAdapter(
            OpenAiQuirks quirks,
            Map<String, String> headers,
            DecoderLimits limits,
            InstantSource clock,
            Set<String> passOn) {
        this(quirks, TaskQuirks.NONE, headers, limits, clock, passOn);
    }

    private OpenAiAdapter(
            OpenAiQuirks quirks,
            TaskQuirks taskQuirks,
            Map<String, String> headers,
            DecoderLimits limits,
            InstantSource clock,
            Set<String> passOn) {
        this.taskQuirks = taskQuirks;
        this.tasks = new TaskCodec(quirks, taskQuirks, Map.copyOf(headers), limits, clock);
        this.passOn = Set.copyOf(passOn);
        this.quirks = quirks;
        this.headers = Map.copyOf(headers);
        this.limits = limits;
        this.clock = clock;
    }

    /** The adapter of a provider of the catalogue. */
    public static OpenAiAdapter of(Provider provider) {
        return new OpenAiAdapter(
                OpenAiQuirks.of(provider),
                TaskQuirks.of(provider.id(), provider.quirks()),
                provider.headers(),
                DecoderLimits.DEFAULTS,
                InstantSource.system(),
                Set.of());
    }

    @Override
    public Rendering render(AttemptOrder order, int attempt) {
        var request = order.getRequest();
        if (request.getOperation() != Operation.CHAT || !(request.getInput() instanceof ChatInput chat)) {
            return tasks.render(order);
        }
        var problems = MessagesClients.problems(request.getDialect());
        var body = new ChatRequestWriter(quirks, problems, passOn).write(order, chat);
        var problem = problems.first();
        return problem != null
                ? problem
                : new Rendered(
                        call(order.getVendorModel(), body, request.getDelivery().getStream()));
    }

    private VendorCall call(String vendorModel, JsonNode body, boolean streaming) {
        var path = quirks.chatPath().replace("{model}", URLEncoder.encode(vendorModel, StandardCharsets.UTF_8));
        var all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        all.put("Accept", streaming ? "text/event-stream" : "application/json");
        var bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        return new VendorCall("POST", path, all, ByteBuffer.wrap(bytes), streaming);
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        return new ChatReplyDecoder(quirks, limits, clock);
    }

    @Override
    public ReplyDecoder newDecoder(AttemptOrder order, VendorCall call) {
        return order.getRequest().getOperation() == Operation.CHAT ? newDecoder(call) : tasks.decoder(order);
    }

    @Override
    public AllowedHosts allowedHosts() {
        return taskQuirks.allowedHosts();
    }

    @Override
    public @Nullable FollowUp resume(AttemptOrder order, int attempt, String vendorJob) {
        return tasks.resume(order, vendorJob);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return new CredentialScheme.InHeader(quirks.credentialHeader(), quirks.credentialPrefix());
    }
}

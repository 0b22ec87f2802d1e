package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Operation;
import dev.millrace.avro.TaskInput;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.anthropic.Hosting;
import dev.millrace.worker.anthropic.MessagesBody;
import dev.millrace.worker.anthropic.MessagesOptions;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.RenderProblems;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * AWS Bedrock: conversations by Converse, everything else by InvokeModel.
 *
 * @see <a href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html">AWS, Bedrock Runtime</a>
 */
public final class BedrockAdapter implements ProviderAdapter {
    private static final String FRAMES = "application/vnd.amazon.eventstream";

    private final @Nullable MessagesOptions messages;
    private final Map<String, String> headers;
    private final DecoderLimits limits;
    private final InstantSource clock;
    private final InvokeBodies bodies;
    private final InvokeTasks tasks;

    /** @param messages how Anthropic's body is written; null to speak Converse */
    BedrockAdapter(
            BedrockQuirks quirks,
            @Nullable MessagesOptions messages,
            Map<String, String> headers,
            DecoderLimits limits,
            InstantSource clock) {
        this.messages = messages;
        this.headers = Map.copyOf(headers);
        this.limits = limits;
        this.clock = clock;
        this.bodies = new InvokeBodies(quirks.rerankApi(), (path, body) -> call(path, body, false));
        this.tasks = new InvokeTasks(limits, clock, bodies);
    }

    /** The adapter of a provider of the catalogue. */
    public static BedrockAdapter of(Provider provider) {
        var quirks = BedrockQuirks.of(provider);
        return new BedrockAdapter(
                quirks,
                quirks.messagesApi() ? MessagesOptions.of(provider, Hosting.BEDROCK) : null,
                provider.headers(),
                DecoderLimits.DEFAULTS,
                InstantSource.system());
    }

    @Override
    public Rendering render(AttemptOrder order, int attempt) {
        var request = order.getRequest();
        return switch (request.getInput()) {
            case ChatInput chat when request.getOperation() == Operation.CHAT -> chat(order, chat);
            case TaskInput task -> bodies.write(order, task);
            default ->
                new Inexpressible(
                        "operation", "operation " + request.getOperation() + " is not spoken by this provider");
        };
    }

    private Rendering chat(AttemptOrder order, ChatInput chat) {
        var problems = new RenderProblems();
        var body = messages == null
                ? new ConverseBody(problems, order.getRequest().getDialect()).write(chat, order.getVendorModel())
                : new MessagesBody(messages, problems).write(order, chat);
        var problem = problems.first();
        boolean streaming = order.getRequest().getDelivery().getStream();
        var operation = messages == null
                ? (streaming ? "converse-stream" : "converse")
                : (streaming ? "invoke-with-response-stream" : "invoke");
        return problem != null ? problem : new Rendered(call(path(order.getVendorModel(), operation), body, streaming));
    }

    /** Names hold colons, and slashes where they are ARNs. */
    static String path(String vendorModel, String operation) {
        return "/model/" + URLEncoder.encode(vendorModel, StandardCharsets.UTF_8) + "/" + operation;
    }

    private VendorCall call(String path, JsonNode body, boolean streaming) {
        var all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        all.put("Accept", streaming ? FRAMES : "application/json");
        var bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        return new VendorCall("POST", path, all, ByteBuffer.wrap(bytes), streaming);
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        var reader = messages == null ? new ConverseReader(limits) : new InvokedMessage(limits);
        return new BedrockDecoder(call.streaming(), reader, limits, clock);
    }

    @Override
    public ReplyDecoder newDecoder(AttemptOrder order, VendorCall call) {
        return order.getRequest().getInput() instanceof TaskInput task ? tasks.decoder(order, task) : newDecoder(call);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return new CredentialScheme.AwsSignature("bedrock");
    }
}

package dev.millrace.worker.responses;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.openai.OpenAiQuirks;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderAdapter;
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

/**
 * Any vendor that speaks the Responses dialect.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses">OpenAI, Responses</a>
 */
public final class ResponsesAdapter implements ProviderAdapter {
    /** The path below the base address, unless the quirk {@code responses-path} says otherwise. */
    public static final String PATH = "/responses";

    private final String path;
    private final Map<String, String> headers;
    private final CredentialScheme credential;
    private final DecoderLimits limits;
    private final InstantSource clock;

    /**
     * An adapter.
     *
     * @param path below the provider's base address; may carry a query and {@code {model}}
     */
    public ResponsesAdapter(
            String path,
            Map<String, String> headers,
            CredentialScheme credential,
            DecoderLimits limits,
            InstantSource clock) {
        this.path = path;
        this.headers = Map.copyOf(headers);
        this.credential = credential;
        this.limits = limits;
        this.clock = clock;
    }

    /** The adapter of a provider of the catalogue. */
    public static ResponsesAdapter of(Provider provider) {
        var quirks = OpenAiQuirks.of(provider);
        return new ResponsesAdapter(
                provider.quirks().getOrDefault("responses-path", PATH),
                provider.headers(),
                new CredentialScheme.InHeader(quirks.credentialHeader(), quirks.credentialPrefix()),
                DecoderLimits.DEFAULTS,
                InstantSource.system());
    }

    @Override
    public Rendering render(AttemptOrder order, int attempt) {
        var request = order.getRequest();
        if (request.getOperation() != Operation.CHAT || !(request.getInput() instanceof ChatInput chat)) {
            return new Inexpressible(
                    "operation", "operation " + request.getOperation() + " is not spoken by the Responses API");
        }
        var writer = new ResponsesRequestWriter();
        var body = writer.write(order, chat);
        var problem = writer.problems().first();
        if (problem != null) {
            return problem;
        }
        boolean streaming = request.getDelivery().getStream();
        var all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        all.put("Accept", streaming ? "text/event-stream" : "application/json");
        var model = URLEncoder.encode(order.getVendorModel(), StandardCharsets.UTF_8);
        var bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        return new Rendered(
                new VendorCall("POST", path.replace("{model}", model), all, ByteBuffer.wrap(bytes), streaming));
    }

    /** Where calls go, as the catalogue has it. */
    String path() {
        return path;
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        return new ResponsesReplyDecoder(limits, clock);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return credential;
    }
}

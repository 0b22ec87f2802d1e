package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Operation;
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
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The Messages API over HTTP with server-sent events: Anthropic itself, and Vertex AI's {@code rawPredict}.
 *
 * @see <a href="https://docs.claude.com/en/api/messages">Anthropic, Messages</a>
 * @see <a href="https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude">Vertex AI, Claude</a>
 */
public final class AnthropicAdapter implements ProviderAdapter {
    /** The version of the API that this adapter speaks, whichever the client named; {@code headers} of the catalogue may say another. */
    public static final String VERSION = "2023-06-01";

    private final MessagesOptions options;
    private final Map<String, String> headers;
    private final CredentialScheme credential;
    private final DecoderLimits limits;
    private final InstantSource clock;

    public AnthropicAdapter(
            MessagesOptions options,
            Map<String, String> headers,
            CredentialScheme credential,
            DecoderLimits limits,
            InstantSource clock) {
        this.options = options;
        this.headers = Map.copyOf(headers);
        this.credential = credential;
        this.limits = limits;
        this.clock = clock;
    }

    /** The adapter of a provider of the catalogue that takes its key as Anthropic does. */
    public static AnthropicAdapter of(Provider provider) {
        var key = new CredentialScheme.InHeader("x-api-key", "");
        return new AnthropicAdapter(
                MessagesOptions.of(provider, Hosting.ANTHROPIC),
                provider.headers(),
                key,
                DecoderLimits.DEFAULTS,
                InstantSource.system());
    }

    /** The adapter of a provider whose base address ends in {@code /projects/<project>/locations/<location>}. */
    public static AnthropicAdapter onVertex(Provider provider) {
        return new AnthropicAdapter(
                MessagesOptions.of(provider, Hosting.VERTEX),
                provider.headers(),
                new CredentialScheme.GoogleOAuth(),
                DecoderLimits.DEFAULTS,
                InstantSource.system());
    }

    @Override
    public Rendering render(AttemptOrder order, int attempt) {
        var request = order.getRequest();
        if (request.getOperation() != Operation.CHAT || !(request.getInput() instanceof ChatInput chat)) {
            return new Inexpressible(
                    "operation", "operation " + request.getOperation() + " is not spoken by this provider");
        }
        var problems = new RenderProblems();
        var writer = new MessagesBody(options, problems);
        var body = writer.write(order, chat);
        var problem = problems.first();
        if (problem != null) {
            return problem;
        }
        boolean streaming = request.getDelivery().getStream();
        var all = new HashMap<>(headers);
        if (options.hosting() == Hosting.ANTHROPIC) {
            all.putIfAbsent("anthropic-version", VERSION);
            var betas = new TreeSet<>(writer.betas());
            if (!betas.isEmpty()) {
                all.merge("anthropic-beta", String.join(",", betas), (ours, asked) -> ours + "," + asked);
            }
        }
        return new Rendered(call(order.getVendorModel(), body, streaming, all));
    }

    private VendorCall call(String vendorModel, JsonNode body, boolean streaming, Map<String, String> all) {
        var template = streaming ? options.streamPath() : options.path();
        var path = template.replace("{model}", model(vendorModel));
        all.put("Content-Type", "application/json");
        all.put("Accept", streaming ? "text/event-stream" : "application/json");
        var bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        return new VendorCall("POST", path, all, ByteBuffer.wrap(bytes), streaming);
    }

    /** A version after an at sign stays readable, as the clouds' own clients write it. */
    private static String model(String vendorModel) {
        return URLEncoder.encode(vendorModel, StandardCharsets.UTF_8).replace("%40", "@");
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        return new MessagesDecoder(limits, clock);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return credential;
    }
}

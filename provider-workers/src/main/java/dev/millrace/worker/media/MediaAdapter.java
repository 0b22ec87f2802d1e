package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.MediaReplyDecoder;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.WholeReplyDecoder;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes a task as one call to a vendor of media; whatever the vendor has no word for is refused by name.
 *
 * <p>A subclass takes what it knows from the {@link TaskOrder}; what it leaves is refused here. Thread-safe.
 */
public abstract class MediaAdapter implements ProviderAdapter {
    private final Map<String, String> headers;

    protected MediaAdapter(Provider provider) {
        this.headers = provider.headers();
    }

    /** The vendor's call for a task; null when the vendor does not do such tasks. */
    protected abstract @Nullable VendorCall write(TaskOrder task);

    @Override
    public Rendering render(AttemptOrder order, int attempt) {
        if (!(order.getRequest().getInput() instanceof TaskInput input)) {
            return notSpoken(order);
        }
        var task = new TaskOrder(order, input);
        var call = write(task);
        if (call == null) {
            return notSpoken(order);
        }
        var problem = task.problem();
        return problem == null ? new Rendered(call) : problem;
    }

    protected static Rendering notSpoken(AttemptOrder order) {
        return new Inexpressible(
                "operation",
                "operation " + order.getRequest().getOperation() + " is not spoken by this provider for model "
                        + order.getModel());
    }

    /** A call with a JSON body. */
    protected final VendorCall post(String path, JsonNode body, Map<String, String> more) {
        var bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        return call("POST", path, "application/json", ByteBuffer.wrap(bytes), more);
    }

    protected final VendorCall post(String path, JsonNode body) {
        return post(path, body, Map.of());
    }

    protected final VendorCall call(
            String method, String path, @Nullable String contentType, ByteBuffer body, Map<String, String> more) {
        var all = new HashMap<>(headers(more));
        if (contentType != null) {
            all.put("Content-Type", contentType);
        }
        return new VendorCall(method, path, all, body, false);
    }

    /** The catalogue's headers and {@code more}. */
    protected final Map<String, String> headers(Map<String, String> more) {
        var all = new HashMap<>(headers);
        all.putAll(more);
        return all;
    }

    protected final VendorCall form(String path, FormFields fields, Map<String, String> more) {
        var body = fields.body();
        return call("POST", path, body.contentType(), body.bytes(), more);
    }

    /** A call without body. */
    protected final VendorCall bare(String method, String path, Map<String, String> more) {
        return call(method, path, null, ByteBuffer.allocate(0), more);
    }

    /** A decoder of one JSON value; failures are read in any vendor's shape. */
    protected static ReplyDecoder json(WholeReplyDecoder.JsonBodyReader reader) {
        return WholeReplyDecoder.ofJson(DecoderLimits.DEFAULTS, reader, reply -> Read.failed(VendorFailures.of(reply)));
    }

    /**
     * A decoder of sound that is passed on as it comes.
     *
     * @param usage read from the head, so that it is known of a reply that broke off as well
     * @param kept names of headers that identify the reply, kept beside the content
     */
    protected static ReplyDecoder sound(Function<VendorHeaders, Usage> usage, List<String> kept) {
        return new ItemDecoder(
                other -> new MediaReplyDecoder(
                        DecoderLimits.DEFAULTS,
                        new MediaReplyDecoder.Item(MediaKind.AUDIO, 0, "application/octet-stream"),
                        other,
                        (headers, _) -> new Finished(usage.apply(headers), kept(headers, kept))),
                reply -> Read.failed(
                        reply.successful() ? new Malformed("the reply is JSON, not sound") : VendorFailures.of(reply)),
                usage);
    }

    private static Map<String, String> kept(VendorHeaders headers, List<String> names) {
        var kept = new TreeMap<String, String>();
        names.forEach(name -> headers.get(name).ifPresent(value -> kept.put(name, JsonText.quoted(value))));
        return kept;
    }

    /** A piece of a path. */
    protected static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A path of several pieces, whose slashes stay; steps upwards do not. */
    protected static String segments(String path) {
        var encoded = new StringBuilder();
        for (var piece : path.split("/", -1)) {
            if (!piece.isEmpty() && !piece.equals(".") && !piece.equals("..")) {
                encoded.append('/').append(segment(piece));
            }
        }
        return encoded.toString();
    }
}

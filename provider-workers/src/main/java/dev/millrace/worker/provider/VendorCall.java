package dev.millrace.worker.provider;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request to a vendor, without credential: that belongs to the transport.
 *
 * @param method HTTP method
 * @param path begins with a slash, may carry a query; below the provider's base address, or below {@code origin} if there is one
 * @param headers further headers; never a credential
 * @param body bytes to send; never logged
 * @param streaming whether a stream of events was asked for
 * @param origin scheme, host and port that a vendor's reply referred to; null for the provider's base address. The transport sends the
 *     credential to the provider's own origin only, and goes to no host that is not allowed
 * @param memo what the adapter tells its own decoder of the reply; never sent
 */
public record VendorCall(
        String method,
        String path,
        Map<String, String> headers,
        ByteBuffer body,
        boolean streaming,
        @Nullable URI origin,
        @Nullable String memo) {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    public VendorCall {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path: must begin with a slash, got " + path);
        }
        headers = Map.copyOf(headers);
        body = body.asReadOnlyBuffer();
    }

    /** A call below the provider's base address. */
    public VendorCall(String method, String path, Map<String, String> headers, ByteBuffer body, boolean streaming) {
        this(method, path, headers, body, streaming, null, null);
    }

    /** The same with a memo. */
    public VendorCall withMemo(String newMemo) {
        return new VendorCall(method, path, headers, body, streaming, origin, newMemo);
    }

    /** The same, answered by a stream of events. */
    public VendorCall streamed() {
        return new VendorCall(method, path, headers, body, true, origin, memo);
    }

    /** The same path below another origin. */
    public VendorCall at(URI newOrigin) {
        return new VendorCall(method, path, headers, body, streaming, newOrigin, memo);
    }

    /** A call without body below the provider's base address, answered as a whole. */
    public static VendorCall get(String path, Map<String, String> headers) {
        return new VendorCall("GET", path, headers, EMPTY, false);
    }

    /**
     * A call without body to an address that a vendor gave: absolute, or beginning with a slash and then below the provider's base address.
     *
     * @return null when it is neither, or holds what an address for this purpose must not hold: another scheme than http and https, a user
     */
    public static @Nullable VendorCall to(String method, String address, Map<String, String> headers) {
        try {
            var uri = new URI(address);
            if (!uri.isAbsolute()) {
                return address.startsWith("/") && !address.startsWith("//")
                        ? new VendorCall(method, address, headers, EMPTY, false)
                        : null;
            }
            var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            if (!(scheme.equals("https") || scheme.equals("http"))
                    || uri.getHost() == null
                    || uri.getRawUserInfo() != null) {
                return null;
            }
            var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            var origin = new URI(scheme, null, uri.getHost(), uri.getPort(), null, null, null);
            return new VendorCall(method, path + query, headers, EMPTY, false, origin, null);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** A view of the body with its own position. */
    @Override
    public ByteBuffer body() {
        return body.duplicate();
    }

    /** The body as text, for codecs and tests. */
    public String bodyText() {
        return StandardCharsets.UTF_8.decode(body()).toString();
    }

    /** Leaves out the body, and the query, which may hold a signature. */
    @Override
    public String toString() {
        int query = path.indexOf('?');
        var where = (origin == null ? "" : origin) + (query < 0 ? path : path.substring(0, query));
        return "VendorCall[" + method + " " + where + ", " + body.remaining() + " bytes]";
    }
}

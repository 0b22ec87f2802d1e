package dev.millrace.worker.provider;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One HTTP request to a vendor, without scheme, host and credential: those belong to the transport.
 *
 * @param method HTTP method
 * @param path below the provider's base address, beginning with a slash; may carry a query
 * @param headers further headers; never a credential
 * @param body bytes to send; never logged
 * @param streaming whether a stream of events was asked for
 */
public record VendorCall(String method, String path, Map<String, String> headers, ByteBuffer body, boolean streaming) {
    public VendorCall {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path: must begin with a slash, got " + path);
        }
        headers = Map.copyOf(headers);
        body = body.asReadOnlyBuffer();
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

    /** Leaves the body out. */
    @Override
    public String toString() {
        return "VendorCall[" + method + " " + path + ", " + body.remaining() + " bytes]";
    }
}

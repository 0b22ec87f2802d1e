package dev.millrace.worker.provider;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A reply's headers; names are compared without case, the first of several values counts. Immutable. */
public final class VendorHeaders {
    /**
     * Not a header of any vendor's: the transport sets it when a body has neither a length nor a framing that ends it, so that the end of
     * the connection is the only end there is.
     */
    public static final String ENDS_WITH_CONNECTION = ":ends-with-connection";

    public static final VendorHeaders NONE = new VendorHeaders(Map.of());

    private final Map<String, String> values = new TreeMap<>();

    public VendorHeaders(Map<String, String> headers) {
        headers.forEach((name, value) -> values.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
    }

    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Announced length of the body in bytes; -1 when there is none that can be read. */
    public long contentLength() {
        var text = values.get("content-length");
        if (text == null
                || text.isEmpty()
                || text.length() > 18
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Long.parseLong(text);
    }

    /** Whether nothing but the end of the connection ends the body. */
    public boolean endsWithConnection() {
        return values.containsKey(ENDS_WITH_CONNECTION);
    }

    /** Names only: values may hold secrets. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}

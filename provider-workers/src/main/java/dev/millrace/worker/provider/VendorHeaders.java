package dev.millrace.worker.provider;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A reply's headers; names are compared without case, the first of several values counts. Immutable. */
public final class VendorHeaders {
    public static final VendorHeaders NONE = new VendorHeaders(Map.of());

    private final Map<String, String> values = new TreeMap<>();

    public VendorHeaders(Map<String, String> headers) {
        headers.forEach((name, value) -> values.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
    }

    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Names only: values may hold secrets. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}

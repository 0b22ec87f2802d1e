package dev.millrace.worker.call;

import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.transport.VendorTransport;

/** How this worker reaches one provider. */
public sealed interface ProviderLine {
    /** Can be called. */
    record Open(ProviderAdapter adapter, VendorTransport transport) implements ProviderLine {}

    /** Cannot be called as things are configured; the reason names what the operator has to do, and no secret. */
    record Closed(String reason) implements ProviderLine {}
}

package dev.millrace.worker.provider;

import dev.millrace.avro.AttemptOrder;

/**
 * Speaks one vendor's dialect: turns an order into a request, and the reply's bytes into deltas.
 *
 * <p>A pure codec. Sending, deadlines, retries and credentials are others' work. Thread-safe; a decoder is not.
 */
public interface ProviderAdapter {
    /** The request of one attempt, or what this vendor cannot express. Never throws for anything an order may hold. */
    Rendering render(AttemptOrder order, int attempt);

    /** A decoder for the reply to {@code call}, to be used once. */
    ReplyDecoder newDecoder(VendorCall call);

    /** Where the vendor wants its key. */
    CredentialScheme credentialScheme();
}

package dev.millrace.worker.provider;

import dev.millrace.avro.AttemptOrder;
import org.jspecify.annotations.Nullable;

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

    /** The same for a reply that can be read only by who knows what was asked for; this is what a worker calls. */
    default ReplyDecoder newDecoder(AttemptOrder order, VendorCall call) {
        return newDecoder(call);
    }

    /** Where the vendor wants its key. */
    CredentialScheme credentialScheme();

    /** Hosts beside the provider's own that its replies may send us to. */
    default AllowedHosts allowedHosts() {
        return AllowedHosts.NONE;
    }

    /**
     * How to go on with a job that an earlier execution of this attempt made at the vendor.
     *
     * @param vendorJob what the adapter wrote into the log under {@link VendorJob#EXTENSION}
     * @return null when it cannot be taken up; the attempt is then made from the start
     */
    default @Nullable FollowUp resume(AttemptOrder order, int attempt, String vendorJob) {
        return null;
    }
}

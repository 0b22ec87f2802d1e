package dev.millrace.worker.provider;

import dev.millrace.avro.Usage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How one call to a vendor ended. Whether to try again is the router's decision. */
public sealed interface VendorResult {
    /**
     * The vendor's own terminal event was seen.
     *
     * @param usage null when the vendor gave none
     * @param vendor id, fingerprint, tier and whatever else stood beside the content, each value JSON
     */
    record Finished(@Nullable Usage usage, Map<String, String> vendor) implements VendorResult {
        public Finished {
            vendor = Map.copyOf(vendor);
        }
    }

    /** Not executed; safe to repeat after the wait, null when the vendor named none. */
    record Throttled(VendorError error, @Nullable Long retryAfterMillis) implements VendorResult {}

    /** Not executed; repeating the same call cannot succeed. */
    record Refused(VendorError error) implements VendorResult {}

    /** Not executed, or failed at the vendor; another try may succeed. */
    record Unavailable(VendorError error, @Nullable Long retryAfterMillis) implements VendorResult {}

    /** Sent, but no usable answer came: the vendor may have charged. */
    record Unanswered(String reason) implements VendorResult {}

    /** The reply broke off before the vendor's terminal event. */
    record Truncated(String where) implements VendorResult {}

    /** The reply broke the vendor's own grammar or a limit of ours. */
    record Malformed(String where) implements VendorResult {}

    /**
     * Nothing was sent: the operator's credential could not be had.
     *
     * @param reason for the operator; holds no secret
     * @param retryable whether waiting may help
     */
    record Uncredentialed(String reason, boolean retryable) implements VendorResult {}
}

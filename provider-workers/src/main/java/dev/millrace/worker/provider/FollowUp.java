package dev.millrace.worker.provider;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The next call of the same attempt: to poll a job the vendor made, to fetch what it produced, to use what was uploaded.
 *
 * <p>Deadlines of a single exchange begin anew with it; those of attempt and job go on. A GET that fails at the network, with 408, 429 or
 * 5xx, or is cut before any content, is made again a few times with growing waits; anything else ends the attempt.
 *
 * @param call what to send
 * @param decoders a fresh decoder for the reply, asked for at each try; it carries on what earlier steps learned (usage, extras)
 * @param delayMillis to wait before it, 0 or more; a cancel or deadline during the wait takes effect at once
 * @param cancel ends the vendor's job; sent without waiting for the answer when the attempt ends before the job does. Null when there is
 *     no job, or the vendor cannot end one
 */
public record FollowUp(
        VendorCall call,
        Supplier<? extends ReplyDecoder> decoders,
        long delayMillis,
        @Nullable VendorCall cancel) {
    public FollowUp {
        if (delayMillis < 0) {
            throw new IllegalArgumentException("delayMillis: must not be negative, got " + delayMillis);
        }
    }

    /** A call to make at once that leaves no job at the vendor. */
    public static FollowUp now(VendorCall call, Supplier<? extends ReplyDecoder> decoders) {
        return new FollowUp(call, decoders, 0, null);
    }
}

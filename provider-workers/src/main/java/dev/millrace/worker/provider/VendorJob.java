package dev.millrace.worker.provider;

import dev.millrace.avro.Delta;
import dev.millrace.avro.ProgressDelta;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the results log holds of a job at a vendor: a {@link ProgressDelta} per change, the first one with what the adapter needs to find the
 * job again. So an execution that takes over from a dead worker goes on polling instead of paying for a second job.
 */
public final class VendorJob {
    /** Name of the extension beside the {@link ProgressDelta}; its JSON is the adapter's own, and holds no secret. */
    public static final String EXTENSION = "vendor_job";

    private VendorJob() {}

    /** The vendor has taken the job. */
    public static Delta created(String state, String jobJson) {
        return new Delta(0, new ProgressDelta(state, -1), Map.of(EXTENSION, jobJson));
    }

    /**
     * The vendor works on it.
     *
     * @param percent 0-100, or -1 when the vendor does not say
     */
    public static Delta progress(String state, int percent) {
        return new Delta(0, new ProgressDelta(state, Math.clamp(percent, -1, 100)), Map.of());
    }

    /** The JSON of the last job named in {@code deltas}; null when there is none. */
    public static @Nullable String in(List<Delta> deltas) {
        return deltas.stream()
                .map(delta -> delta.getExtensions().get(EXTENSION))
                .filter(json -> json != null)
                .reduce(null, (_, last) -> last);
    }
}

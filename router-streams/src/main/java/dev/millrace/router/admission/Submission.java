package dev.millrace.router.admission;

import dev.millrace.avro.InferenceRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One record of the requests topic. */
public sealed interface Submission {
    Origin origin();

    /** Headers that go on with the job. */
    Map<String, byte[]> headers();

    /**
     * A request, not yet checked.
     *
     * @param bytes size of the encoded request
     */
    record Legible(InferenceRequest request, Origin origin, Map<String, byte[]> headers, int bytes)
            implements Submission {}

    /**
     * Not a request.
     *
     * @param jobId what the submitter named in the headers, unchecked, or null
     * @param reason what is wrong with the bytes
     */
    record Illegible(
            Origin origin,
            Map<String, byte[]> headers,
            @Nullable String jobId,
            String reason) implements Submission {}
}

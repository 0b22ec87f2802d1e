package dev.millrace.egress.delivery;

import dev.millrace.avro.ErrorDetail;
import java.util.List;

/** What one event is to a client that reads a stream. Frames are complete, blank lines included. */
public sealed interface Output {
    /** Frames to send, possibly none; more will follow. */
    record Frames(List<String> frames) implements Output {}

    /** The last frames. */
    record Last(List<String> frames) implements Output {}

    /**
     * The job, or this reading of it, has failed.
     *
     * @param frames what still comes before the error
     */
    record Failed(List<String> frames, ErrorDetail error) implements Output {}
}

package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.VendorResult;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what the events of a stream, or the one object of a whole reply, say. Knows no framing. Not thread-safe. */
interface ChatReader {
    /** Reads the next event; a result when it ends the reply. */
    @Nullable
    VendorResult event(JsonNode event);

    /** What {@code [DONE]} comes to. */
    VendorResult done();

    VendorResult whole(JsonNode reply);

    /** Removes and returns what was read since the last call. */
    List<Delta> take();

    @Nullable
    Usage usage();

    Map<String, String> vendor();
}

package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.VendorResult;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what the messages of a stream, or the one object of a whole reply, say. Knows no framing. Not thread-safe. */
interface ReplyReader {
    /** Reads the next event; the result once the reply has come to its end, until then null. */
    @Nullable
    VendorResult event(String type, JsonNode payload);

    /** Reads a whole reply. */
    VendorResult whole(JsonNode body);

    /** The vendor's id of the request. */
    void requestId(String id);

    /** Removes and returns what was read since the last call. */
    List<Delta> take();

    @Nullable
    Usage usage();

    Map<String, String> vendor();
}

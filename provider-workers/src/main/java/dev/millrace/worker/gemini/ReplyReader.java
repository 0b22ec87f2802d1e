package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what the JSON objects of one kind of reply say. Not thread-safe. */
interface ReplyReader {
    /** Reads the next object of a stream, or the only one; returns the path of what is malformed, or null. */
    @Nullable
    String read(JsonNode object);

    /** Whether the reply may end here. */
    boolean complete();

    /** Deltas since the last call. */
    List<Delta> take();

    @Nullable
    Usage usage();

    Map<String, String> vendor();
}

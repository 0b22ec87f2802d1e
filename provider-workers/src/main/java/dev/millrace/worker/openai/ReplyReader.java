package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what the events of a stream, or the one object of a whole reply, say. Not thread-safe. */
interface ReplyReader {
    /** Reads the next event, or the whole object; returns the path of what is malformed, or null. */
    @Nullable
    String read(JsonNode reply);

    /** Whether all that a whole answer consists of has come. */
    boolean complete();

    /** Whether the vendor said, by the content of a complete answer, that it failed. */
    default boolean failed() {
        return false;
    }

    /** Whether the reader's own grammar has a terminal event, so that a stream needs no {@code [DONE]} after it. */
    default boolean endsItself() {
        return false;
    }

    /** Removes and returns the deltas read since the last call, in order. */
    List<Delta> take();

    @Nullable
    Usage usage();

    /** What was said beside the content, each value JSON. */
    Map<String, String> vendor();

    /** Makes a reader for a reply of either form. */
    @FunctionalInterface
    interface Factory {
        ReplyReader reader(boolean whole);
    }
}

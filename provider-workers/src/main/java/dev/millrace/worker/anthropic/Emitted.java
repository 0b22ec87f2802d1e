package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.ItemDelta;
import java.util.Map;

/** Makes deltas of the one choice that a message is. */
final class Emitted {
    /** Dialect of what has no common word. */
    static final String DIALECT = "anthropic";

    /** A new block begins although the one before was of the same type; its JSON is the block's further members. */
    static final String BLOCK = "content_block";

    /** A citation of the text block that it stands in or after. */
    static final String CITATION = "citation";

    /** Before the type of a piece that is not known here. */
    static final String DELTA_PREFIX = "delta.";

    /** Before the type of an event that is not known here. */
    static final String EVENT_PREFIX = "event.";

    private Emitted() {}

    static Delta delta(Object content) {
        return new Delta(0, content, Map.of());
    }

    static Delta item(String type, JsonNode json) {
        return delta(new ItemDelta(DIALECT, type, json.toString()));
    }
}

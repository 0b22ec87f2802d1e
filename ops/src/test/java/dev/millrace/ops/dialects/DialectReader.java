package dev.millrace.ops.dialects;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Reads one dialect as its clients do. */
interface DialectReader {
    /** A body at the end. */
    Said whole(JsonNode body);

    /** The data of every event of a stream, in order, without the end mark. */
    Said stream(List<JsonNode> events);
}

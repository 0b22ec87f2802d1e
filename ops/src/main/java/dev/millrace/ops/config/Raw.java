package dev.millrace.ops.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A value as it was written, before its type is known. */
public sealed interface Raw {
    record Scalar(String text) implements Raw {}

    record Sequence(List<String> items) implements Raw {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** A mapping that belongs to its key as a whole. */
    record Tree(JsonNode node) implements Raw {}
}

package dev.millrace.ops.registry;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** Whether a schema may follow earlier ones. Pure; Avro's own rules. */
final class Compatibility {
    /**
     * An earlier version to compare with.
     *
     * @param schema with its references resolved
     */
    record Earlier(int version, Schema schema) {}

    private Compatibility() {}

    /**
     * Why {@code candidate} may not follow {@code earlier}; empty when it may.
     *
     * @param earlier oldest first; only the last counts when the level is not transitive
     */
    static List<String> objections(CompatibilityLevel level, Schema candidate, List<Earlier> earlier) {
        var objections = new ArrayList<String>();
        int from = level.transitive() ? 0 : Math.max(0, earlier.size() - 1);
        for (var previous : earlier.subList(from, earlier.size()).reversed()) {
            if (level.readsEarlier()) {
                objections.addAll(
                        cannotRead(candidate, "the new schema", previous.schema(), "version " + previous.version()));
            }
            if (level.readByEarlier()) {
                objections.addAll(
                        cannotRead(previous.schema(), "version " + previous.version(), candidate, "the new schema"));
            }
        }
        return objections;
    }

    private static List<String> cannotRead(Schema reader, String readerName, Schema writer, String writerName) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(found -> found.getType() + " at " + found.getLocation() + ": " + readerName
                        + " cannot read data of " + writerName + " (" + found.getMessage() + ")")
                .toList();
    }
}

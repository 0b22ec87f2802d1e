package dev.millrace.topic;

import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * One topic as it must exist on the cluster. Keys are UTF-8 strings.
 *
 * @param name kebab-case plural
 * @param key what the key is, for people
 * @param valueType class of the Avro value
 * @param partitions exact number; never changed on a live cluster, because keys would move
 * @param config topic configuration that is declared and verified; everything else is the cluster's
 */
public record Topic<V extends SpecificRecord>(
        String name, String key, Class<V> valueType, Schema valueSchema, int partitions, Map<String, String> config) {
    public Topic {
        if (partitions < 1) {
            throw new IllegalArgumentException("topic " + name + ": partitions must be positive, got " + partitions);
        }
        config = Map.copyOf(config);
    }

    /** Subject of the value schema under TopicNameStrategy. */
    public String valueSubject() {
        return name + "-value";
    }
}

package dev.millrace.worker;

import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.Lane;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import java.util.Map;

/** The topics from which a pool's workers take their orders. */
final class Orders {
    private Orders() {}

    static Map<String, Lane> lanes(TopicCatalogue topics, String pool) {
        return Map.of(
                topics.dispatch(pool, Lane.INTERACTIVE).name(), Lane.INTERACTIVE,
                topics.dispatch(pool, Lane.BATCH).name(), Lane.BATCH);
    }

    /** Both lanes carry the same records; one codec reads both. */
    static Topic<InferenceDispatch> topic(TopicCatalogue topics, String pool) {
        return topics.dispatch(pool, Lane.INTERACTIVE);
    }
}

package dev.millrace.router.processor;

import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.Lane;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/** Finds the topic of a dispatch, and writes it there. */
public final class DispatchSerializer
        implements Serializer<Outgoing.Dispatch>, TopicNameExtractor<String, Outgoing.Dispatch> {
    private final TopicCatalogue topics;
    private final Codecs codecs;
    private final Map<String, Topic<InferenceDispatch>> byName;

    public DispatchSerializer(TopicCatalogue topics, Codecs codecs) {
        this.topics = topics;
        this.codecs = codecs;
        this.byName = topics.settings().pools().stream()
                .flatMap(pool -> Stream.of(Lane.values()).map(lane -> topics.dispatch(pool, lane)))
                .collect(Collectors.toUnmodifiableMap(Topic::name, topic -> topic));
    }

    @Override
    public String extract(String key, Outgoing.Dispatch dispatch, RecordContext context) {
        return topics.dispatch(dispatch.pool(), dispatch.lane()).name();
    }

    @Override
    public byte[] serialize(String topicName, Outgoing.Dispatch dispatch) {
        var topic = byName.get(topicName);
        if (topic == null) {
            throw new IllegalArgumentException("no pool has the topic " + topicName);
        }
        return codecs.codec(topic).encode(dispatch.order());
    }

    /** Stands in the description of the topology. */
    @Override
    public String toString() {
        return "by pool and lane";
    }
}

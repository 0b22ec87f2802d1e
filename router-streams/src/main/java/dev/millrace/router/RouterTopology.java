package dev.millrace.router;

import static dev.millrace.router.processor.Names.DEAD_LETTERS;
import static dev.millrace.router.processor.Names.DISPATCHES;
import static dev.millrace.router.processor.Names.SETTLEMENTS;

import dev.millrace.catalogue.Catalogue;
import dev.millrace.router.processor.AdmitJob;
import dev.millrace.router.processor.CancelJob;
import dev.millrace.router.processor.DispatchSerializer;
import dev.millrace.router.processor.FollowOutcome;
import dev.millrace.router.processor.KeepAccounts;
import dev.millrace.router.processor.Outgoing;
import dev.millrace.router.processor.ReadRequests;
import dev.millrace.router.processor.WakeDueJobs;
import dev.millrace.router.store.Stores;
import dev.millrace.serde.Codecs;
import dev.millrace.streams.RecordReader;
import dev.millrace.topic.TopicCatalogue;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;

/**
 * The router on one screen: requests, outcomes and controls of an account meet in one task, which alone decides about that account.
 */
public final class RouterTopology {
    /** The processors that share the stores of a task. */
    private static final String[] DECIDERS = {"admit-job", "follow-outcome", "cancel-job", "wake-due-jobs"};

    private RouterTopology() {}

    /** Builds the topology. All topics keyed by account must have the same number of partitions. */
    public static Topology build(RouterConfig config, Supplier<Catalogue> catalogue, Codecs codecs) {
        var topics = new TopicCatalogue(config.topics());
        var rules = config.rules(catalogue, codecs);
        var dispatches = new DispatchSerializer(topics, codecs);
        var bytes = new ByteArrayDeserializer();

        var topology = new Topology()
                .addGlobalStore(
                        Stores.accounts(),
                        "accounts",
                        new StringDeserializer(),
                        bytes,
                        topics.accounts().name(),
                        "keep-accounts",
                        KeepAccounts::new)
                .addSource("requests", bytes, bytes, topics.requests().name())
                .addProcessor(
                        "read-requests",
                        () -> new ReadRequests(codecs.codec(topics.requests()), "admit-job"),
                        "requests")
                .addProcessor("admit-job", () -> new AdmitJob(rules), "read-requests")
                .addSource("outcomes", bytes, bytes, topics.outcomes().name())
                .addProcessor(
                        "read-outcomes",
                        () -> new RecordReader<>(codecs.codec(topics.outcomes()), "follow-outcome", DEAD_LETTERS),
                        "outcomes")
                .addProcessor("follow-outcome", () -> new FollowOutcome(rules), "read-outcomes")
                .addSource("controls", bytes, bytes, topics.jobControl().name())
                .addProcessor(
                        "read-controls",
                        () -> new RecordReader<>(codecs.codec(topics.jobControl()), "cancel-job", DEAD_LETTERS),
                        "controls")
                .addProcessor("cancel-job", () -> new CancelJob(rules), "read-controls")
                .addProcessor("wake-due-jobs", () -> new WakeDueJobs(rules), "admit-job")
                .addSink(DISPATCHES, dispatches, new StringSerializer(), dispatches, DECIDERS)
                .addSink(
                        SETTLEMENTS,
                        topics.settlements().name(),
                        new StringSerializer(),
                        settlements(codecs, topics),
                        DECIDERS)
                .addSink(
                        DEAD_LETTERS,
                        TopicCatalogue.DEAD_LETTERS,
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        "read-requests",
                        "read-outcomes",
                        "read-controls");
        Stores.builders().forEach(store -> topology.addStateStore(store, DECIDERS));
        return topology;
    }

    private static Serializer<Outgoing.Settled> settlements(Codecs codecs, TopicCatalogue topics) {
        var codec = codecs.codec(topics.settlements());
        return (topic, settled) -> codec.encode(settled.settlement());
    }
}

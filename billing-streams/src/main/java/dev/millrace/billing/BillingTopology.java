package dev.millrace.billing;

import static dev.millrace.billing.processor.Names.BALANCES;
import static dev.millrace.billing.processor.Names.DEAD_LETTERS;
import static dev.millrace.billing.processor.Names.TRANSFERS;

import dev.millrace.billing.processor.Names;
import dev.millrace.billing.processor.PostSettlement;
import dev.millrace.serde.Codecs;
import dev.millrace.streams.RecordReader;
import dev.millrace.topic.TopicCatalogue;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;

/** Billing on one screen: settlements in, ledger and balances out. */
public final class BillingTopology {
    private BillingTopology() {}

    /** Builds the topology. */
    public static Topology build(BillingConfig config, Codecs codecs) {
        var topics = new TopicCatalogue(config.topics());
        var bytes = new ByteArrayDeserializer();
        var text = new StringSerializer();

        var topology = new Topology()
                .addSource("settlements", bytes, bytes, topics.settlements().name())
                .addProcessor(
                        "read-settlements",
                        () -> new RecordReader<>(codecs.codec(topics.settlements()), "post-settlement", DEAD_LETTERS),
                        "settlements")
                .addProcessor(
                        "post-settlement",
                        () -> new PostSettlement(config.keepSettlements(), config.forgetEvery()),
                        "read-settlements")
                .addSink(
                        TRANSFERS,
                        topics.ledger().name(),
                        text,
                        codecs.serde(topics.ledger()).serializer(),
                        "post-settlement")
                .addSink(
                        BALANCES,
                        topics.balances().name(),
                        text,
                        codecs.serde(topics.balances()).serializer(),
                        "post-settlement")
                .addSink(
                        DEAD_LETTERS,
                        TopicCatalogue.DEAD_LETTERS,
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        "read-settlements");
        Names.stores().forEach(store -> topology.addStateStore(store, "post-settlement"));
        return topology;
    }
}

package dev.millrace.ops.config;

import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.time.Duration;
import java.util.List;

/** {@code topics}: what an operator may choose about the topics. */
public final class TopicsSection {
    public static final Setting<Boolean> DECLARE = new Setting<>(
            "topics.declare",
            ValueTypes.bool(),
            false,
            "Whether a module that runs by itself creates missing topics at its start; `up` always does.");
    public static final Setting<Integer> ACCOUNT_PARTITIONS = new Setting<>(
            "topics.account-partitions",
            ValueTypes.integer(1, 1024),
            TopicSettings.DEFAULTS.accountPartitions(),
            "Partitions of every topic keyed by account. Never change it on a live cluster: keys would move.");
    public static final Setting<Integer> RESULTS_PARTITIONS = new Setting<>(
            "topics.results-partitions",
            ValueTypes.integer(1, 10_000),
            TopicSettings.DEFAULTS.resultsPartitions(),
            "Partitions of `inference-results`. Never change it on a live cluster.");
    public static final Setting<Integer> DISPATCH_PARTITIONS = new Setting<>(
            "topics.dispatch-partitions",
            ValueTypes.integer(1, 1024),
            TopicSettings.DEFAULTS.dispatchPartitions(),
            "Partitions of each dispatch topic: the most workers of one pool that can share a lane.");
    public static final Setting<Integer> REPLICATION_FACTOR = new Setting<>(
            "topics.replication-factor",
            ValueTypes.integer(1, 7),
            (int) TopicSettings.DEFAULTS.replicationFactor(),
            "Replicas of each topic; `up` uses 1.");
    public static final Setting<Duration> RESULTS_RETENTION = new Setting<>(
            "topics.results-retention",
            ValueTypes.duration(Duration.ofMinutes(5), Duration.ofDays(3650)),
            TopicSettings.DEFAULTS.resultsRetention(),
            "How long results can be read and streams resumed.");
    public static final Setting<List<String>> POOLS = new Setting<>(
            "topics.pools",
            CompoundTypes.list(ValueTypes.text()),
            TopicSettings.DEFAULTS.pools(),
            "Names of the worker pools; each has two dispatch topics.");

    static final List<Setting<?>> ALL = List.of(
            DECLARE,
            ACCOUNT_PARTITIONS,
            RESULTS_PARTITIONS,
            DISPATCH_PARTITIONS,
            REPLICATION_FACTOR,
            RESULTS_RETENTION,
            POOLS);

    private TopicsSection() {}

    /** The topics of the configuration. */
    public static TopicCatalogue topics(Configuration configuration) {
        return new TopicCatalogue(settings(configuration));
    }

    /** The topics on a cluster of one broker. */
    public static TopicCatalogue singleReplicaTopics(Configuration configuration) {
        return new TopicCatalogue(settings(configuration).singleReplica());
    }

    private static TopicSettings settings(Configuration configuration) {
        return new TopicSettings(
                configuration.get(ACCOUNT_PARTITIONS),
                configuration.get(RESULTS_PARTITIONS),
                configuration.get(DISPATCH_PARTITIONS),
                configuration.get(REPLICATION_FACTOR).shortValue(),
                configuration.get(RESULTS_RETENTION),
                configuration.get(POOLS));
    }
}

package dev.millrace.topic;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an operator may choose about the topics.
 *
 * @param accountPartitions partitions of every topic keyed by account, 1-1024; all of them are co-partitioned; default 4
 * @param resultsPartitions partitions of {@code inference-results}, 1-10000; default 4
 * @param dispatchPartitions partitions of each dispatch topic, 1-1024; default 8
 * @param replicationFactor 1-7; default 3, the development stack uses 1
 * @param resultsRetention how long results stay readable and resumable; default 3 days
 * @param pools names of the worker pools, kebab-case, each once; default {@code default}
 */
public record TopicSettings(
        int accountPartitions,
        int resultsPartitions,
        int dispatchPartitions,
        short replicationFactor,
        Duration resultsRetention,
        List<String> pools) {
    /** Stands before the defaults, which are checked by it. */
    private static final Pattern POOL = Pattern.compile("(?=.{1,32}$)[a-z0-9]+(-[a-z0-9]+)*");

    public static final TopicSettings DEFAULTS =
            new TopicSettings(4, 4, 8, (short) 3, Duration.ofDays(3), List.of("default"));

    public TopicSettings {
        requireRange("topics.account-partitions", accountPartitions, 1024);
        requireRange("topics.results-partitions", resultsPartitions, 10_000);
        requireRange("topics.dispatch-partitions", dispatchPartitions, 1024);
        requireRange("topics.replication-factor", replicationFactor, 7);
        if (resultsRetention.compareTo(Duration.ofMinutes(5)) < 0) {
            throw new IllegalArgumentException(
                    "topics.results-retention: must be at least PT5M, got " + resultsRetention);
        }
        pools = List.copyOf(pools);
        if (pools.isEmpty()) {
            throw new IllegalArgumentException("topics.pools: must name at least one pool");
        }
        for (var pool : pools) {
            if (!isPool(pool)) {
                throw new IllegalArgumentException(
                        "topics.pools: must be kebab-case of 1 to 32 characters, got '" + pool + "'");
            }
        }
        if (Set.copyOf(pools).size() < pools.size()) {
            throw new IllegalArgumentException("topics.pools: names a pool twice: " + pools);
        }
    }

    /** Whether {@code name} can name a worker pool: it becomes part of topic names. */
    public static boolean isPool(String name) {
        return POOL.matcher(name).matches();
    }

    /** The same with one replica of everything, for a cluster of one broker. */
    public TopicSettings singleReplica() {
        return new TopicSettings(
                accountPartitions, resultsPartitions, dispatchPartitions, (short) 1, resultsRetention, pools);
    }

    private static void requireRange(String path, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(path + ": must be 1.." + max + ", got " + value);
        }
    }
}

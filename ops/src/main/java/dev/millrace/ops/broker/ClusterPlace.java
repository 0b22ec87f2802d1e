package dev.millrace.ops.broker;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/**
 * One node's place in a cluster whose nodes are all broker and controller at once, on this machine.
 *
 * @param node 1 and up
 * @param voters the controller's loopback port of every node by its id; 0 takes a free one, which only a cluster of one can have
 */
public record ClusterPlace(int node, Map<Integer, Integer> voters) {
    /** A cluster of one. */
    public static final ClusterPlace ALONE = new ClusterPlace(1, Map.of(1, 0));

    private static final int MOST_REPLICAS = 3;

    public ClusterPlace {
        voters = Map.copyOf(voters);
        if (!voters.containsKey(node)) {
            throw new IllegalArgumentException("voters: node " + node + " is not among " + voters.keySet());
        }
        if (voters.size() > 1 && voters.containsValue(0)) {
            throw new IllegalArgumentException("voters: every node needs a port that the others know, got " + voters);
        }
    }

    /**
     * Reads {@code 1@PORT,2@PORT,…}; a host before the port must be 127.0.0.1.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public static ClusterPlace of(int node, String voters) {
        var ports = new TreeMap<Integer, Integer>();
        for (var voter : voters.split(",", -1)) {
            var parts = voter.strip().replace(LoopbackSocket.HOST + ":", "").split("@", -1);
            if (parts.length != 2 || !parts[0].matches("[0-9]{1,4}") || !parts[1].matches("[0-9]{1,5}")) {
                throw new IllegalArgumentException("voters: must be NODE@PORT,..., got '" + voters + "'");
            }
            ports.put(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        }
        return new ClusterPlace(node, ports);
    }

    int controllerPort() {
        return voters.getOrDefault(node, 0);
    }

    /** Replicas of every internal topic. */
    int replicas() {
        return Math.min(MOST_REPLICAS, voters.size());
    }

    /** Replicas that must have a record before it counts as written: one may be missing where there are three. */
    int inSyncReplicas() {
        return replicas() == MOST_REPLICAS ? 2 : 1;
    }

    /** The id that all nodes format their data with when they are several: made of the voters, so that nobody has to hand it around. */
    String clusterId() {
        if (voters.size() == 1) {
            return Uuid.randomUuid().toString();
        }
        var text = new TreeMap<>(voters)
                .entrySet().stream()
                        .map(voter -> voter.getKey() + "@" + voter.getValue())
                        .collect(Collectors.joining(","));
        var id = UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
        return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits()).toString();
    }
}

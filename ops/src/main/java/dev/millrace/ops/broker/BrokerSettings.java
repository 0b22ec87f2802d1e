package dev.millrace.ops.broker;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The Kafka settings of the embedded broker: what differs from Kafka's defaults, and why.
 *
 * <p>Kafka's defaults are for a cluster of servers with many clients. One broker on a developer's machine wants groups
 * that form at once, deaths that are noticed within seconds, little memory and no wake-ups while idle.
 *
 * @see <a href="https://kafka.apache.org/43/configuration/broker-configs/">broker configs</a>
 */
final class BrokerSettings {
    static final String CLIENT_LISTENER = "PLAINTEXT";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    /** An inline request body of 1 MiB, its envelope and headers. */
    static final int MAX_RECORD_BATCH_BYTES = 2 * 1024 * 1024;

    private static final int MIB = 1024 * 1024;

    private BrokerSettings() {}

    /**
     * Settings of one broker.
     *
     * @param clientPort the port that it has bound
     * @param controllers address of every node's controller
     */
    static Map<String, String> of(
            EmbeddedBrokerConfig config, int clientPort, Map<Integer, InetSocketAddress> controllers) {
        var settings = new LinkedHashMap<String, String>();
        identity(settings, config, controllers);
        listeners(settings, config, clientPort, controllers);
        internalTopics(settings, config.place());
        groups(settings);
        transactions(settings);
        footprint(settings);
        return settings;
    }

    private static void identity(
            Map<String, String> settings, EmbeddedBrokerConfig config, Map<Integer, InetSocketAddress> controllers) {
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(config.place().node()));
        settings.put("log.dirs", config.dataDirectory().toString());
        // A static voter is not written to disk, so the controller's port may differ from run to run.
        settings.put(
                "controller.quorum.voters",
                controllers.entrySet().stream()
                        .map(voter -> voter.getKey() + "@" + LoopbackSocket.HOST + ":"
                                + voter.getValue().getPort())
                        .collect(Collectors.joining(",")));
        // After a kill, the controller lets the broker back in only when the dead one's session is over: 9 s by
        // default.
        settings.put("broker.session.timeout.ms", "3000");
        settings.put("broker.heartbeat.interval.ms", "500");
        // A broker that comes back leads nothing until then: 300 s by default.
        settings.put("leader.imbalance.check.interval.seconds", "30");
        // Topics are declared; a misspelt name is an error, not a new topic.
        settings.put("auto.create.topics.enable", "false");
        settings.put("message.max.bytes", Integer.toString(MAX_RECORD_BATCH_BYTES));
        settings.put("replica.fetch.max.bytes", Integer.toString(MAX_RECORD_BATCH_BYTES));
    }

    private static void listeners(
            Map<String, String> settings,
            EmbeddedBrokerConfig config,
            int clientPort,
            Map<Integer, InetSocketAddress> controllers) {
        var advertised = new ArrayList<>(List.of(listener(CLIENT_LISTENER, clientPort)));
        var bound = new ArrayList<>(advertised);
        var protocols = new ArrayList<>(List.of(CLIENT_LISTENER + ":PLAINTEXT", CONTROLLER_LISTENER + ":PLAINTEXT"));
        var own = Objects.requireNonNull(controllers.get(config.place().node()));
        bound.add(listener(CONTROLLER_LISTENER, own.getPort()));
        for (var further : config.listeners()) {
            bound.add(listener(further.name(), further.port()));
            advertised.add(listener(further.name(), further.advertisedPort()));
            protocols.add(further.name() + ":PLAINTEXT");
            settings.put("listener.name." + further.name().toLowerCase(Locale.ROOT) + ".num.network.threads", "1");
        }
        settings.put("listeners", String.join(",", bound));
        settings.put("advertised.listeners", String.join(",", advertised));
        settings.put("listener.security.protocol.map", String.join(",", protocols));
        settings.put("controller.listener.names", CONTROLLER_LISTENER);
        settings.put("inter.broker.listener.name", CLIENT_LISTENER);
    }

    private static String listener(String name, int port) {
        return name + "://" + LoopbackSocket.HOST + ":" + port;
    }

    private static void internalTopics(Map<String, String> settings, ClusterPlace place) {
        var replicas = Integer.toString(place.replicas());
        var inSync = Integer.toString(place.inSyncReplicas());
        settings.put("default.replication.factor", replicas);
        settings.put("min.insync.replicas", inSync);
        settings.put("offsets.topic.replication.factor", replicas);
        settings.put("offsets.topic.num.partitions", "2");
        settings.put("transaction.state.log.replication.factor", replicas);
        settings.put("transaction.state.log.min.isr", inSync);
        settings.put("transaction.state.log.num.partitions", "2");
        settings.put("transaction.state.log.segment.bytes", Integer.toString(16 * MIB));
        settings.put("share.coordinator.state.topic.replication.factor", replicas);
        settings.put("share.coordinator.state.topic.min.isr", inSync);
        settings.put("share.coordinator.state.topic.num.partitions", "1");
    }

    private static void groups(Map<String, String> settings) {
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("group.streams.initial.rebalance.delay.ms", "0");
        // Classic groups choose their timeout themselves, down to this.
        settings.put("group.min.session.timeout.ms", "1000");
        // The newer protocols take it from the broker: 45 s and 5 s by default, and no client can ask for less. A
        // member
        // learns of its new partitions in a heartbeat, so the interval is also the pace of a rebalance.
        for (var protocol : new String[] {"consumer", "streams", "share"}) {
            settings.put("group." + protocol + ".session.timeout.ms", "3000");
            settings.put("group." + protocol + ".min.session.timeout.ms", "1000");
            settings.put("group." + protocol + ".heartbeat.interval.ms", "300");
            settings.put("group." + protocol + ".min.heartbeat.interval.ms", "100");
            // 1 s by default between one assignment and the next
            settings.put("group." + protocol + ".assignment.interval.ms", "0");
        }
        // Offset commits are part of the router's transactions; never wait to batch them.
        settings.put("group.coordinator.append.linger.ms", "0");
        settings.put("share.coordinator.append.linger.ms", "0");
    }

    private static void transactions(Map<String, String> settings) {
        // How late a dead writer's transaction is aborted beyond its own timeout (10 s by default). It holds back
        // read_committed readers for that long.
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
    }

    private static void footprint(Map<String, String> settings) {
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 * MIB));
        settings.put("log.segment.bytes", Integer.toString(256 * MIB));
        settings.put("log.index.size.max.bytes", Integer.toString(MIB));
        settings.put("num.network.threads", "2");
        settings.put("listener.name.controller.num.network.threads", "1");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("group.coordinator.threads", "1");
        settings.put("group.coordinator.background.threads", "1");
        // Otherwise a record is written and synced to disk twice a second for ever.
        settings.put("metadata.max.idle.interval.ms", "0");
        settings.put("controller.quorum.append.linger.ms", "0");
        settings.put("metric.reporters", "");
    }
}

package dev.millrace.ops.broker;

import static org.apache.kafka.server.common.TransactionVersion.TV_2;

import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.common.TransactionVersion;
import org.apache.kafka.server.fault.FaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker and its controller in this process, listening on 127.0.0.1 for any client on this machine.
 *
 * <p>With a {@link ClusterPlace} it is one node of a cluster of several; {@link #start} then returns once most of them are there.
 *
 * <p>Data is kept in the directory over restarts. {@link #start} returns a broker that serves; {@link #close} is
 * idempotent and ends with the log flushed. Safe to use from any thread. Several may run in one process, each with its
 * own directory.
 *
 * <p>The parts are put together as {@link KafkaRaftServer} does, except that a fault is reported instead of ending the
 * process, and that the listening sockets are bound beforehand.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final Duration CONTROLLED_SHUTDOWN = Duration.ofSeconds(2);

    private final CompletableFuture<Throwable> fault = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Reservation reservation;
    private final ControllerServer controller;
    private final BrokerServer broker;
    private final String clusterId;

    /**
     * Starts a broker and waits until it serves.
     *
     * @throws BrokerStartException when the directory, the port or the data will not do; nothing is left running then
     */
    public static EmbeddedBroker start(EmbeddedBrokerConfig config) {
        long startedNanos = System.nanoTime();
        var reservation = Reservation.of(config);
        EmbeddedBroker embedded;
        try {
            format(reservation.directory(), config.place());
            embedded = new EmbeddedBroker(reservation, config);
        } catch (Exception e) {
            // Kafka's Scala code throws checked exceptions without declaring them.
            reservation.close();
            throw notStarted(config, e);
        }
        try {
            embedded.startServers();
        } catch (Exception e) {
            embedded.close();
            throw notStarted(config, e);
        }
        LOG.atInfo()
                .addKeyValue("bootstrap", embedded.bootstrapServers())
                .addKeyValue("clusterId", embedded.clusterId())
                .addKeyValue("directory", config.dataDirectory())
                .addKeyValue("tookMillis", (System.nanoTime() - startedNanos) / 1_000_000)
                .log("Broker serves");
        return embedded;
    }

    private static BrokerStartException notStarted(EmbeddedBrokerConfig config, Exception cause) {
        return cause instanceof BrokerStartException known
                ? known
                : new BrokerStartException(
                        "The broker cannot start on " + config.dataDirectory() + " (" + cause
                                + "): if its data is damaged, start with fresh data.",
                        cause);
    }

    private EmbeddedBroker(Reservation reservation, EmbeddedBrokerConfig asked) {
        this.reservation = reservation;
        var controllers = reservation.controllers(asked.place());
        var settings = BrokerSettings.of(asked, reservation.clientSocket().port(), controllers);
        settings.putAll(asked.overrides());
        var config = new KafkaConfig(settings, false);
        var loaded = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        clusterId = loaded._1().clusterId().orElseThrow();
        var shared = new SharedServer(
                config,
                loaded._1(),
                Time.SYSTEM,
                Server.initializeMetrics(config, Time.SYSTEM, clusterId),
                CompletableFuture.completedFuture(controllers),
                List.<InetSocketAddress>of(),
                this::faultHandler,
                this::boundSocket);
        broker = new BrokerServer(shared);
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), loaded._2());
    }

    private static void format(DataDirectory directory, ClusterPlace place) throws Exception {
        if (directory.clusterId().isPresent()) {
            return;
        }
        var path = directory.path().toString();
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(place.clusterId())
                .setNodeId(place.node())
                .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
                .setMetadataLogDirectory(path)
                .setDirectories(List.of(path))
                .setIgnoreFormatted(true)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .run();
    }

    private ServerSocketChannel boundSocket(
            String listener, InetSocketAddress address, int backlog, int receiveBufferBytes) {
        return reservation.socket(listener).channel();
    }

    private FaultHandler faultHandler(String name, boolean fatal, Runnable action) {
        return (message, cause) -> {
            if (closed.get()) {
                LOG.atDebug().addKeyValue("part", name).setCause(cause).log("Broker fault while closing");
            } else {
                LOG.atError().addKeyValue("part", name).setCause(cause).log("Broker fault: {}", message);
            }
            action.run();
            var problem = new IllegalStateException(name + ": " + message, cause);
            if (fatal) {
                fault.complete(problem);
            }
            return problem;
        };
    }

    private void startServers() {
        // The controller first: the broker registers with it.
        controller.startup();
        broker.startup();
        requireCurrentTransactions(broker.metadataCache().features().finalizedFeatures());
    }

    /** Transactions of an older version can be torn by a delayed request of a dead producer (KIP-890). */
    private void requireCurrentTransactions(Map<String, Short> features) {
        short level = features.getOrDefault(TransactionVersion.FEATURE_NAME, (short) 0);
        if (level < TV_2.featureLevel()) {
            throw new BrokerStartException(
                    "The data in " + reservation.directory().path() + " was written with "
                            + TransactionVersion.FEATURE_NAME + "=" + level + ", but " + TV_2.featureLevel()
                            + " is needed: start with fresh data, or raise it with kafka-features.sh.");
        }
    }

    /** Address for clients, {@code 127.0.0.1:port}. */
    public String bootstrapServers() {
        return LoopbackSocket.HOST + ":" + port();
    }

    /** The port for clients; the real one when 0 was asked for. */
    public int port() {
        return reservation.clientSocket().port();
    }

    /** Kafka's id of this data, the same at every start. */
    public String clusterId() {
        return clusterId;
    }

    /** Completes when the broker cannot go on by itself; its owner should close it and end the process. */
    public CompletionStage<Throwable> fault() {
        return fault.minimalCompletionStage();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        long startedNanos = System.nanoTime();
        // The broker first: it leaves with the controller's consent.
        broker.shutdown(CONTROLLED_SHUTDOWN);
        controller.shutdown();
        reservation.close();
        LOG.atInfo()
                .addKeyValue("tookMillis", (System.nanoTime() - startedNanos) / 1_000_000)
                .log("Broker closed");
    }
}

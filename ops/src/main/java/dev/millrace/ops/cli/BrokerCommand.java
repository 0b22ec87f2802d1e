package dev.millrace.ops.cli;

import dev.millrace.ops.broker.AdvertisedListener;
import dev.millrace.ops.broker.ClusterPlace;
import dev.millrace.ops.broker.EmbeddedBroker;
import dev.millrace.ops.broker.EmbeddedBrokerConfig;
import dev.millrace.ops.config.StackSection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "broker",
        description =
                "Run one Kafka broker and controller, alone or as a node of a cluster on this machine; for tests and"
                        + " fault runs. Its data is kept in DIR/broker-NODE of --data.")
final class BrokerCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--node", paramLabel = "N", description = "Its id in the cluster; default ${DEFAULT-VALUE}.")
    private int node = 1;

    @Option(
            names = "--voters",
            paramLabel = "N@PORT,...",
            description =
                    "Every node of the cluster with its controller's port on loopback; default: alone, on a free port.")
    private String voters = "";

    @Option(
            names = "--listener",
            paramLabel = "NAME:PORT:ADVERTISED",
            description =
                    "A further listener whose clients are sent to another port, a proxy's; may be given several times.")
    private List<String> listeners = List.of();

    @Option(names = "--endpoints", paramLabel = "FILE", description = "Write the address there as JSON once ready.")
    private @Nullable Path endpoints;

    BrokerCommand(Session session) {
        this.session = session;
    }

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            description = "Port for clients; 0 takes a free one; default 9092.")
    void kafkaPort(String port) {
        session.flag("stack.kafka-port", "--kafka-port", port);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logging.forProcess(session.debug());
        var broker = EmbeddedBroker.start(config());
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "leave"));
        Announcement.of("broker", Map.of("kafka", broker.bootstrapServers())).publish(session.console(), endpoints);
        var fault = broker.fault().thenApply(Optional::of).toCompletableFuture();
        var failure = Watch.untilFailure(() -> fault.getNow(Optional.empty()).map(Throwable::toString));
        broker.close();
        throw new CommandFailure(ExitCode.INFRASTRUCTURE, "The broker cannot go on: " + failure);
    }

    private EmbeddedBrokerConfig config() {
        var configuration = session.configuration();
        try {
            return new EmbeddedBrokerConfig(
                    configuration.get(StackSection.DATA).resolve("broker-" + node),
                    configuration.get(StackSection.KAFKA_PORT),
                    voters.isEmpty() ? new ClusterPlace(node, Map.of(node, 0)) : ClusterPlace.of(node, voters),
                    listeners.stream().map(AdvertisedListener::of).toList(),
                    Map.of());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }
}

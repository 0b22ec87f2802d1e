package dev.millrace.ops.cli;

import dev.millrace.ops.config.KafkaSection;
import dev.millrace.ops.config.StackSection;
import dev.millrace.ops.registry.EmbeddedRegistry;
import dev.millrace.ops.registry.EmbeddedRegistryConfig;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "registry",
        description =
                "Run the schema registry of the development stack against an existing cluster; for tests and fault"
                        + " runs. Only one may run per cluster.")
final class RegistryCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--endpoints", paramLabel = "FILE", description = "Write the address there as JSON once ready.")
    private @Nullable Path endpoints;

    RegistryCommand(Session session) {
        this.session = session;
    }

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT,...", description = "Kafka brokers to begin with.")
    void bootstrap(String servers) {
        session.flag("kafka.bootstrap-servers", "--bootstrap", servers);
    }

    @Option(names = "--registry-port", paramLabel = "PORT", description = "Its port; 0 takes a free one; default 8081.")
    void registryPort(String port) {
        session.flag("stack.registry-port", "--registry-port", port);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logging.forProcess(session.debug());
        var configuration = session.configuration();
        var config = new EmbeddedRegistryConfig(
                configuration.get(KafkaSection.BOOTSTRAP_SERVERS), configuration.get(StackSection.REGISTRY_PORT));
        var registry = EmbeddedRegistry.start(Vertx.vertx(), config);
        Runtime.getRuntime().addShutdownHook(new Thread(registry::close, "leave"));
        Announcement.of("registry", Map.of("registry", registry.url())).publish(session.console(), endpoints);
        new CountDownLatch(1).await();
        return ExitCode.FINE;
    }
}

package dev.millrace.ops.cli;

import dev.millrace.ops.stack.ModuleProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the commands that run one module have in common. */
abstract class ModuleCommand implements Callable<Integer> {
    private final Session session;
    private final ModuleProcess.Kind kind;

    @Option(
            names = "--endpoints",
            paramLabel = "FILE",
            description = "Write the addresses there as JSON once ready, as well as to stdout.")
    private @Nullable Path endpoints;

    ModuleCommand(Session session, ModuleProcess.Kind kind) {
        this.session = session;
        this.kind = kind;
    }

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT,...", description = "Kafka brokers to begin with.")
    void bootstrap(String servers) {
        flag("kafka.bootstrap-servers", "--bootstrap", servers);
    }

    @Option(names = "--registry", paramLabel = "URL,...", description = "Schema registry.")
    void registry(String urls) {
        flag("registry.urls", "--registry", urls);
    }

    @Option(names = "--declare", description = "Create missing topics first.")
    void declare(boolean wanted) {
        flag("topics.declare", "--declare", Boolean.toString(wanted));
    }

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            description = "Port of health and metrics; 0 takes a free one.")
    void managementPort(String port) {
        flag("management.port", "--management-port", port);
    }

    final void flag(String key, String name, String text) {
        session.flag(key, name, text);
    }

    @Override
    public final Integer call() throws IOException, InterruptedException {
        Logging.forProcess(session.debug());
        var process = ModuleProcess.start(kind, session.configuration(), session.environment());
        Runtime.getRuntime().addShutdownHook(new Thread(process::close, "leave"));
        announce(process);
        var failure = Watch.untilFailure(process::failure);
        process.close();
        throw new CommandFailure(ExitCode.INFRASTRUCTURE, failure);
    }

    private void announce(ModuleProcess process) throws IOException {
        var addresses = process.addresses().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, address -> address.getValue().toString()));
        Announcement.of(kind.name().toLowerCase(Locale.ROOT), addresses).publish(session.console(), endpoints);
    }
}

package dev.millrace.ops.cli;

import dev.millrace.ops.stack.DevelopmentStack;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        description = "Run everything in this process, on an embedded broker and registry, until Ctrl-C. Data is kept.")
final class UpCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--fresh", description = "Delete the data of earlier runs first.")
    private boolean fresh;

    UpCommand(Session session) {
        this.session = session;
    }

    @Option(names = "--port", paramLabel = "PORT", description = "HTTP port; 0 takes a free one; default 8080.")
    void port(String port) {
        session.flag("ingress.port", "--port", port);
    }

    @Option(names = "--kafka-port", paramLabel = "PORT", description = "Broker port; default 9092.")
    void kafkaPort(String port) {
        session.flag("stack.kafka-port", "--kafka-port", port);
    }

    @Option(names = "--registry-port", paramLabel = "PORT", description = "Schema registry port; default 8081.")
    void registryPort(String port) {
        session.flag("stack.registry-port", "--registry-port", port);
    }

    @Option(names = "--management-port", paramLabel = "PORT", description = "Port of health and metrics; default 9090.")
    void managementPort(String port) {
        session.flag("management.port", "--management-port", port);
    }

    @Override
    public Integer call() throws InterruptedException {
        Logging.forStack(session.debug());
        var configuration = session.configuration();
        var stack = DevelopmentStack.start(configuration, session.environment(), fresh);
        var leave = new Thread(stack::leave, "leave");
        Runtime.getRuntime().addShutdownHook(leave);
        session.console().out().print(new Welcome(stack));
        session.console().out().flush();
        var failure = Watch.untilFailure(stack::failure);
        stack.leave();
        throw new CommandFailure(ExitCode.INFRASTRUCTURE, failure);
    }
}

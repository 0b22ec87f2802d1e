package dev.millrace.ops.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "models", description = "List the models that can be called.")
final class ModelsCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--json", description = "Print the server's JSON.")
    private boolean json;

    ModelsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var client = session.client()) {
            var body = client.get("/v1/models").body();
            session.console().out().print(json ? body + "\n" : JsonTable.of(body.path("data"), "id", "owned_by"));
        }
        return ExitCode.FINE;
    }
}

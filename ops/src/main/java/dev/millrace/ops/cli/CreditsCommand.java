package dev.millrace.ops.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "credits", description = "Show the account's settled usage and balance.")
final class CreditsCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--json", description = "Print the server's JSON.")
    private boolean json;

    CreditsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var client = session.client()) {
            var body = client.get("/v1/credits").body();
            if (json) {
                session.console().out().println(body);
            } else {
                var table = new TextTable("WHAT", "VALUE");
                body.properties()
                        .forEach(member -> table.row(
                                member.getKey(),
                                member.getValue().asText(member.getValue().toString())));
                session.console().out().print(table);
            }
        }
        return ExitCode.FINE;
    }
}

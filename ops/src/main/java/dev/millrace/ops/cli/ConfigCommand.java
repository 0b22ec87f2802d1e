package dev.millrace.ops.cli;

import dev.millrace.ops.config.Explanation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "config", description = "Look at the configuration.", synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand implements Callable<Integer> {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    ConfigCommand(Session session) {
        this.session = session;
    }

    @Command(name = "explain", description = "Print each value, its default and where it came from; secrets as ***.")
    int explain(@Option(names = "--json", description = "Print a JSON array.") boolean json) {
        var configuration = session.configuration();
        session.console().out().print(json ? Explanation.json(configuration) + "\n" : Explanation.text(configuration));
        return ExitCode.FINE;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Name what to do: explain.");
    }
}

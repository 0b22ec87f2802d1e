package dev.millrace.ops.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.utils.AppInfoParser;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Print the versions of Millrace, Kafka and Java.")
final class VersionCommand implements Callable<Integer> {
    private final Session session;

    VersionCommand(Session session) {
        this.session = session;
    }

    private static String line() {
        var version = Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion());
        return "millrace " + version.orElse("(not packaged)") + ", Kafka " + AppInfoParser.getVersion() + ", Java "
                + Runtime.version();
    }

    @Override
    public Integer call() {
        session.console().out().println(line());
        return ExitCode.FINE;
    }
}

package dev.millrace.ops.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root: options that every command takes. */
@Command(
        name = "millrace",
        description = "A Kafka-native inference layer: one API to every AI vendor, where each call is a durable job.",
        synopsisSubcommandLabel = "COMMAND")
final class Millrace implements Callable<Integer> {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and leave.")
    void help(boolean wanted) {
        // picocli acts on it by itself
    }

    @Option(
            names = {"-V", "--version"},
            description = "Print the versions of Millrace, Kafka and Java.")
    private boolean version;

    Millrace(Session session) {
        this.session = session;
    }

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Configuration file; default: millrace.yaml in the working directory, if there.")
    void config(Path file) {
        session.configFile(file);
    }

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Data directory of the development stack; default: .millrace here or in a parent directory.")
    void data(String directory) {
        session.flag("stack.data", "--data", directory);
    }

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Log at DEBUG, and show stack traces of failures.")
    void debug(boolean wanted) {
        session.debug(wanted);
    }

    @Override
    public Integer call() {
        if (version) {
            return new VersionCommand(session).call();
        }
        throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
    }
}

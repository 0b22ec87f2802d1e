package dev.millrace.ops.cli;

import java.nio.file.Path;
import picocli.CommandLine;

/** The entry point of {@code ./millrace}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        ParentWatch.begin();
        var session = new Session(Console.system(), System.getenv(), Path.of(""));
        System.exit(commands(session).execute(arguments));
    }

    /** Every command there is. */
    static CommandLine commands(Session session) {
        var root = new CommandLine(new Millrace(session))
                .addSubcommand(new UpCommand(session))
                .addSubcommand(new RunCommand(session))
                .addSubcommand(new SubmitCommand(session))
                .addSubcommand(new TailCommand(session))
                .addSubcommand(new JobsCommand(session))
                .addSubcommand(new CancelCommand(session))
                .addSubcommand(new ModelsCommand(session))
                .addSubcommand(new CreditsCommand(session))
                .addSubcommand(new KeysCommand(session))
                .addSubcommand(new AccountsCommand(session))
                .addSubcommand(new TopicsCommand(session))
                .addSubcommand(new IngressCommand(session))
                .addSubcommand(new RouterCommand(session))
                .addSubcommand(new WorkerCommand(session))
                .addSubcommand(new BillingCommand(session))
                .addSubcommand(new EgressCommand(session))
                .addSubcommand(new ChaosCommand(session))
                .addSubcommand(new BrokerCommand(session))
                .addSubcommand(new RegistryCommand(session))
                .addSubcommand(BenchCommand.line(session))
                .addSubcommand(new MockVendorCommand(session))
                .addSubcommand(new ConfigCommand(session))
                .addSubcommand(new VersionCommand(session))
                .addSubcommand(new CompletionCommand(session));
        return root.setOut(session.console().outWriter())
                .setErr(session.console().errWriter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(new Failures(session));
    }
}

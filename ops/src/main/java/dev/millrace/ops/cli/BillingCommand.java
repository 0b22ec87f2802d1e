package dev.millrace.ops.cli;

import dev.millrace.ops.stack.ModuleProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "billing", description = "Run one instance of billing against an existing cluster.")
final class BillingCommand extends ModuleCommand {
    BillingCommand(Session session) {
        super(session, ModuleProcess.Kind.BILLING);
    }

    @Option(names = "--state", paramLabel = "DIR", description = "Directory of its stores; each process needs its own.")
    void state(String text) {
        flag("billing.streams.state-dir", "--state", text);
    }

    @Option(
            names = "--instance",
            paramLabel = "NAME",
            description = "Static name within the group, so that a restart takes its tasks back at once.")
    void instance(String text) {
        flag("billing.streams.instance-id", "--instance", text);
    }
}

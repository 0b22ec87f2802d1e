package dev.millrace.ops.cli;

import dev.millrace.ops.stack.ModuleProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "router", description = "Run one router against an existing cluster.")
final class RouterCommand extends ModuleCommand {
    RouterCommand(Session session) {
        super(session, ModuleProcess.Kind.ROUTER);
    }

    @Option(names = "--state", paramLabel = "DIR", description = "Directory of its stores; each process needs its own.")
    void state(String text) {
        flag("router.streams.state-dir", "--state", text);
    }

    @Option(
            names = "--instance",
            paramLabel = "NAME",
            description = "Static name within the group, so that a restart takes its tasks back at once.")
    void instance(String text) {
        flag("router.streams.instance-id", "--instance", text);
    }
}

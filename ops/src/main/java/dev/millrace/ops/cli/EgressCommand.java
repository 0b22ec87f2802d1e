package dev.millrace.ops.cli;

import dev.millrace.ops.stack.ModuleProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "egress",
        description = "Run one reader of results with a server of its own, against an existing cluster.")
final class EgressCommand extends ModuleCommand {
    EgressCommand(Session session) {
        super(session, ModuleProcess.Kind.EGRESS);
    }

    @Option(names = "--port", paramLabel = "PORT", description = "HTTP port; 0 takes a free one.")
    void port(String text) {
        flag("egress.port", "--port", text);
    }
}

package dev.millrace.ops.cli;

import dev.millrace.ops.stack.ModuleProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "ingress", description = "Run one front door, with egress inside, against an existing cluster.")
final class IngressCommand extends ModuleCommand {
    IngressCommand(Session session) {
        super(session, ModuleProcess.Kind.INGRESS);
    }

    @Option(names = "--port", paramLabel = "PORT", description = "HTTP port; 0 takes a free one.")
    void port(String text) {
        flag("ingress.port", "--port", text);
    }
}

package dev.millrace.ops.cli;

import dev.millrace.ops.stack.ModuleProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "worker", description = "Run one worker against an existing cluster.")
final class WorkerCommand extends ModuleCommand {
    WorkerCommand(Session session) {
        super(session, ModuleProcess.Kind.WORKER);
    }

    @Option(names = "--pool", paramLabel = "NAME", description = "Pool whose orders it takes.")
    void pool(String text) {
        flag("worker.pool", "--pool", text);
    }

    @Option(names = "--id", paramLabel = "NAME", description = "Its name in outcomes and logs.")
    void id(String text) {
        flag("worker.id", "--id", text);
    }
}

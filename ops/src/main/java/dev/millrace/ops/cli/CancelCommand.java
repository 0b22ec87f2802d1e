package dev.millrace.ops.cli;

import dev.millrace.job.JobId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "cancel", description = "Stop a job, also while it runs.")
final class CancelCommand implements Callable<Integer> {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "Job id.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String id;

    CancelCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (!JobId.isValid(id)) {
            throw new ParameterException(spec.commandLine(), "'" + id + "' is not a job id.");
        }
        try (var client = session.client()) {
            session.console().out().println(client.delete("/v1/jobs/" + id).body());
        }
        return ExitCode.FINE;
    }
}

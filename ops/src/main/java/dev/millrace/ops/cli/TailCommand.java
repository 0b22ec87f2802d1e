package dev.millrace.ops.cli;

import dev.millrace.job.JobId;
import dev.millrace.ops.client.ResultsTail;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "tail", description = "Follow the output topic, decoded; with --job until that job ends.")
final class TailCommand implements Callable<Integer> {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--job", paramLabel = "ID", description = "Only this job, from its beginning to its end.")
    private @Nullable String job;

    @Option(names = "--from-beginning", description = "Begin with the oldest record instead of the newest.")
    private boolean fromBeginning;

    @Option(names = "--json", description = "Print each record as one line of JSON.")
    private boolean json;

    TailCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (job != null && !JobId.isValid(job)) {
            throw new ParameterException(spec.commandLine(), "'" + job + "' is not a job id.");
        }
        Logging.forClient(session.debug());
        var cluster = Cluster.of(session);
        var printer = new ResultPrinter(session.console().out(), json);
        try (var tail = new ResultsTail(
                cluster.impatientProperties(),
                cluster.registry(),
                cluster.topics().results())) {
            if (job == null) {
                tail.followAll(fromBeginning, printer);
            } else {
                tail.followJob(new JobId(job), printer);
            }
        }
        return ExitCode.FINE;
    }
}

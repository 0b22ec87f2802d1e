package dev.millrace.ops.cli;

import dev.millrace.ops.client.MillraceClient;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "submit",
        description = {
            "Submit a file of calls, one JSON object per line, and write their results as they come.",
            "Submitting the same file again runs nothing twice: it fetches what has ended and waits for the rest."
        })
final class SubmitCommand implements Callable<Integer> {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE.jsonl",
            description = "Lines {\"custom_id\": …, \"body\": {…}}, or bare bodies of chat completions.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(names = "--output", paramLabel = "FILE", description = "Write results there instead of to stdout.")
    private @Nullable Path output;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "32",
            description = "Calls waited for at once, 1-1024; default 32.")
    private int concurrency;

    @Option(names = "--no-wait", description = "Print the jobs as they are accepted, and leave.")
    private boolean noWait;

    @Option(names = "--skip-bad-lines", description = "Submit the good lines although there are bad ones.")
    private boolean skipBadLines;

    @Option(names = "--run", paramLabel = "NAME", description = "Run the file anew under this name.")
    private @Nullable String run;

    SubmitCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (concurrency < 1 || concurrency > 1024) {
            throw new ParameterException(spec.commandLine(), "--concurrency: must be 1..1024, got " + concurrency);
        }
        var batch = read();
        batch.mistakes().forEach(session.console().err()::println);
        if (!batch.mistakes().isEmpty() && !skipBadLines) {
            throw new CommandFailure(
                    ExitCode.USAGE, "Nothing was submitted; mend the lines above or give --skip-bad-lines.");
        }
        boolean good;
        try (var client = session.client()) {
            good = output == null
                    ? submit(client, batch.lines(), session.console().out())
                    : toFile(client, batch.lines(), output);
        }
        return good && batch.mistakes().isEmpty() ? ExitCode.FINE : ExitCode.NO;
    }

    private BatchFile read() throws IOException {
        try {
            return BatchFile.read(file);
        } catch (NoSuchFileException e) {
            throw new ParameterException(spec.commandLine(), "There is no file " + file + ".", e);
        }
    }

    private boolean toFile(MillraceClient client, List<BatchFile.Line> lines, Path to)
            throws IOException, InterruptedException {
        var draft = to.resolveSibling(to.getFileName() + ".part");
        boolean good;
        try (var out = new PrintStream(Files.newOutputStream(draft), false, StandardCharsets.UTF_8)) {
            good = submit(client, lines, out);
        }
        Files.move(draft, to, StandardCopyOption.REPLACE_EXISTING);
        return good;
    }

    /** Whether every line completed; a line's result is written as soon as it is there. */
    private boolean submit(MillraceClient client, List<BatchFile.Line> lines, PrintStream out)
            throws InterruptedException {
        var batch = new BatchRun(client, line -> BatchFile.idempotencyKey(file, Optional.ofNullable(run), line));
        int failed = 0;
        try (var threads = Executors.newFixedThreadPool(
                        concurrency, Thread.ofVirtual().factory());
                var progress = BatchProgress.of(session.console(), lines.size())) {
            var results = new ExecutorCompletionService<BatchRun.Result>(threads);
            for (var line : lines) {
                var _ = results.submit(() -> noWait ? batch.submit(line) : batch.complete(line));
            }
            try {
                for (int i = 0; i < lines.size(); i++) {
                    var result = results.take().get();
                    out.println(result.json());
                    failed += result.completed() ? 0 : 1;
                    progress.step(failed);
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
            }
        }
        session.console()
                .err()
                .println(lines.size() - failed + " of " + lines.size() + " lines "
                        + (noWait ? "accepted." : "completed."));
        return failed == 0;
    }
}

package dev.millrace.ops.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.ops.client.MillraceClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "run", description = "Make one call; its text streams to stdout. Ctrl-C cancels the job.")
final class RunCommand implements Callable<Integer> {
    private static final String PATH = "/v1/chat/completions";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Session session;

    @Parameters(index = "0", paramLabel = "MODEL", description = "Model, provider/model or an alias.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String model;

    @Parameters(index = "1", paramLabel = "PROMPT", description = "What to say; - reads it from stdin.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String prompt;

    @Option(names = "--system", paramLabel = "TEXT", description = "System message.")
    private @Nullable String system;

    @Option(names = "--max-tokens", paramLabel = "N", description = "Most tokens to generate.")
    private @Nullable Integer maxTokens;

    @Option(names = "--temperature", paramLabel = "T", description = "Sampling temperature.")
    private @Nullable Double temperature;

    @Option(names = "--json", description = "Print the whole answer as one JSON object instead of streaming.")
    private boolean json;

    RunCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        var body = body();
        try (var client = session.client()) {
            if (json) {
                session.console()
                        .out()
                        .println(client.post(PATH, body, Map.of()).body());
                return ExitCode.FINE;
            }
            return stream(client, body);
        }
    }

    private int stream(MillraceClient client, ObjectNode body) {
        body.put("stream", true).putObject("stream_options").put("include_usage", true);
        var printer = new StreamedAnswer(session.console());
        var cancel = new Thread(() -> printer.cancelUnfinished(client));
        Runtime.getRuntime().addShutdownHook(cancel);
        try {
            client.stream("POST", PATH, body, Map.of(), printer);
        } finally {
            printer.close();
            removeHook(cancel);
        }
        printer.requireEnd();
        return ExitCode.FINE;
    }

    /** Refused when the process is already leaving; then the hook is what should run. */
    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException leaving) {
            // nothing to remove any more
        }
    }

    private ObjectNode body() throws IOException {
        var body = JSON.createObjectNode().put("model", model);
        var messages = body.putArray("messages");
        if (system != null) {
            messages.addObject().put("role", "system").put("content", system);
        }
        messages.addObject().put("role", "user").put("content", promptText());
        if (maxTokens != null) {
            body.put("max_completion_tokens", maxTokens);
        }
        if (temperature != null) {
            body.put("temperature", temperature);
        }
        return body;
    }

    private String promptText() throws IOException {
        return prompt.equals("-") ? new String(session.console().in().readAllBytes(), StandardCharsets.UTF_8) : prompt;
    }
}

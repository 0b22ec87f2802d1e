package dev.millrace.ops.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.ops.client.ApiException;
import dev.millrace.ops.client.MillraceClient;
import dev.millrace.ops.client.ServerSentEvent;
import dev.millrace.ops.client.UnreachableException;
import java.util.Map;

/** Prints the text of a chat completion stream as it comes. */
final class StreamedAnswer implements MillraceClient.StreamListener, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Console console;
    private final long startedNanos = System.nanoTime();
    private volatile String jobId = "";
    private volatile boolean ended;
    private boolean lineOpen;
    private String finishReason = "";

    StreamedAnswer(Console console) {
        this.console = console;
    }

    @Override
    public void onOpen(Map<String, String> headers) {
        jobId = headers.getOrDefault("millrace-job-id", "");
    }

    @Override
    public boolean onEvent(ServerSentEvent event) {
        if (event.data().equals("[DONE]")) {
            ended = true;
            return false;
        }
        try {
            chunk(JSON.readTree(event.data()));
        } catch (JsonProcessingException e) {
            throw new CommandFailure(ExitCode.NO, "The server sent a frame that is not JSON.");
        }
        return true;
    }

    private void chunk(JsonNode frame) {
        var error = frame.path("error");
        if (error.isObject()) {
            ended = true;
            throw MillraceClient.refusal(
                    error.path("status").asInt(500), frame.toString(), Map.of("millrace-job-id", jobId));
        }
        for (var choice : frame.path("choices")) {
            text(choice.path("delta").path("content").asText(""));
            text(choice.path("delta").path("refusal").asText(""));
            finishReason = choice.path("finish_reason").asText(finishReason);
        }
        var usage = frame.path("usage");
        if (usage.isObject() && console.interactive()) {
            summary(usage);
        }
    }

    private void text(String text) {
        if (!text.isEmpty() && !text.equals("null")) {
            console.out().print(text);
            console.out().flush();
            lineOpen = !text.endsWith("\n");
        }
    }

    private void summary(JsonNode usage) {
        endLine();
        console.err()
                .printf(
                        "%s: %s, %d tokens in, %d out, %.1f s%n",
                        jobId,
                        finishReason,
                        usage.path("prompt_tokens").asLong(),
                        usage.path("completion_tokens").asLong(),
                        (System.nanoTime() - startedNanos) / 1e9);
    }

    private void endLine() {
        if (lineOpen) {
            console.out().println();
            lineOpen = false;
        }
    }

    /** Ends the line that the text left open. */
    @Override
    public void close() {
        endLine();
    }

    /**
     * Makes sure that the answer is whole.
     *
     * @throws CommandFailure when the stream stopped without saying so
     */
    void requireEnd() {
        if (!ended) {
            throw new CommandFailure(
                    ExitCode.NO, "The stream broke off; read the rest with: ./millrace tail --job " + jobId);
        }
    }

    /** Stops the job when its answer is not whole yet. */
    void cancelUnfinished(MillraceClient client) {
        if (ended || jobId.isEmpty()) {
            return;
        }
        try {
            client.delete("/v1/jobs/" + jobId);
            console.err().println("Cancelled " + jobId + ".");
        } catch (ApiException | UnreachableException e) {
            console.err().println("The job " + jobId + " could not be cancelled: " + e.getMessage());
        }
    }
}

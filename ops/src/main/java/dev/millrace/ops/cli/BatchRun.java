package dev.millrace.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.ops.client.ApiException;
import dev.millrace.ops.client.MillraceClient;
import dev.millrace.ops.client.ServerSentEvent;
import dev.millrace.ops.client.UnreachableException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Brings the calls of a file to their ends. Thread-safe.
 *
 * <p>A line that the server cannot take now is sent again: its key makes that one job.
 */
final class BatchRun {
    private static final Set<String> ENDS =
            Set.of("completed", "failed", "cancelled", "aborted", "expired", "incomplete");
    private static final int MAX_TRIES = 8;
    private static final Duration FIRST_WAIT = Duration.ofMillis(250);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MillraceClient client;
    private final Function<BatchFile.Line, String> keys;

    BatchRun(MillraceClient client, Function<BatchFile.Line, String> keys) {
        this.client = client;
        this.keys = keys;
    }

    /** What became of a line; {@code json} is what is printed. */
    record Result(boolean completed, ObjectNode json) {}

    /** Submits a line; the result holds its job. */
    Result submit(BatchFile.Line line) throws InterruptedException {
        try {
            return new Result(true, named(line, submitted(line)));
        } catch (ApiException e) {
            return refused(line, e);
        }
    }

    /** Submits a line, unless it was before, and waits for its end. */
    Result complete(BatchFile.Line line) throws InterruptedException {
        try {
            var path = "/v1/jobs/" + submitted(line).path("id").asText();
            awaitEnd(path);
            var job = retrying(() -> client.get(path).body());
            return new Result(job.path("status").asText().equals("completed"), named(line, job));
        } catch (ApiException e) {
            return refused(line, e);
        }
    }

    private JsonNode submitted(BatchFile.Line line) throws InterruptedException {
        var headers = Map.of(
                "Idempotency-Key", keys.apply(line),
                "millrace-lane", "batch",
                "millrace-metadata",
                        JSON.createObjectNode()
                                .put("custom_id", line.customId())
                                .toString());
        return retrying(() -> client.post("/v1/jobs", line.body(), headers).body());
    }

    private void awaitEnd(String path) throws InterruptedException {
        var end = new MillraceClient.StreamListener() {
            private String lastId = "";
            private boolean seen;

            @Override
            public void onOpen(Map<String, String> headers) {
                // nothing to note
            }

            @Override
            public boolean onEvent(ServerSentEvent event) {
                lastId = event.id().isEmpty() ? lastId : event.id();
                seen = ENDS.contains(event.name());
                return !seen;
            }
        };
        while (!end.seen) {
            var headers = end.lastId.isEmpty() ? Map.<String, String>of() : Map.of("Last-Event-ID", end.lastId);
            retrying(() -> {
                client.stream("GET", path + "/events", null, headers, end);
                return end;
            });
            if (!end.seen) {
                // the server ended the stream and not the job: it may be leaving
                Thread.sleep(FIRST_WAIT);
            }
        }
    }

    private static <T> T retrying(Call<T> call) throws InterruptedException {
        for (int tried = 1; ; tried++) {
            try {
                return call.make();
            } catch (ApiException e) {
                if ((e.status() != 503 && e.status() != 429) || tried == MAX_TRIES) {
                    throw e;
                }
            } catch (UnreachableException e) {
                if (tried == MAX_TRIES) {
                    throw e;
                }
            }
            Thread.sleep(FIRST_WAIT.multipliedBy(1L << (tried - 1)));
        }
    }

    @FunctionalInterface
    private interface Call<T> {
        T make();
    }

    private static ObjectNode named(BatchFile.Line line, JsonNode job) {
        var json = JSON.createObjectNode().put("custom_id", line.customId());
        job.properties().forEach(member -> {
            if (!member.getKey().equals("links") && !member.getKey().equals("object")) {
                json.set(member.getKey(), member.getValue());
            }
        });
        return json;
    }

    private static Result refused(BatchFile.Line line, ApiException e) {
        var json = JSON.createObjectNode().put("custom_id", line.customId()).put("status", "refused");
        json.putObject("error")
                .put("code", e.code())
                .put("message", e.getMessage())
                .put("status", e.status());
        return new Result(false, json);
    }
}

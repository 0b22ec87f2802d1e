package dev.millrace.ops.bench.hops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.access.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;

/**
 * A streamed chat completion through the whole pipeline, as a client sees it: from sending the request to the first chunk with
 * content, and to {@code [DONE]}.
 *
 * <p>The vendor behind it answers at once, so what is measured is what Millrace adds.
 */
public final class StreamedCall implements Sample, AutoCloseable {
    private static final String DATA = "data: ";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String name;
    private final HttpRequest request;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper mapper = new ObjectMapper();

    public StreamedCall(String name, URI base, Secret apiKey) {
        this.name = name;
        var body = mapper.createObjectNode().put("model", "local/echo").put("stream", true);
        body.putObject("local").put("gap_millis", 0);
        body.putArray("messages").addObject().put("role", "user").put("content", "one two three four");
        this.request = HttpRequest.newBuilder(base.resolve("/v1/chat/completions"))
                .header("Authorization", "Bearer " + apiKey.reveal())
                .header("Content-Type", "application/json")
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Measured call() {
        long startNanos = System.nanoTime();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofLines());
            try (var lines = response.body()) {
                if (response.statusCode() != 200) {
                    throw new IllegalStateException(name + ": status " + response.statusCode());
                }
                return read(startNanos, lines.iterator());
            }
        } catch (IOException e) {
            throw new IllegalStateException(name + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(name + ": interrupted", e);
        }
    }

    private Measured read(long startNanos, Iterator<String> lines) {
        long firstNanos = -1;
        var text = new StringBuilder();
        while (lines.hasNext()) {
            var line = lines.next();
            if (!line.startsWith(DATA)) {
                continue;
            }
            var data = line.substring(DATA.length());
            if (data.equals("[DONE]")) {
                if (firstNanos < 0) {
                    throw new IllegalStateException(name + ": a stream without content");
                }
                return new Measured(firstNanos, System.nanoTime() - startNanos, text.toString());
            }
            var piece = content(data);
            if (firstNanos < 0 && !piece.isEmpty()) {
                firstNanos = System.nanoTime() - startNanos;
            }
            text.append(piece);
        }
        throw new IllegalStateException(name + ": the stream ended without [DONE]");
    }

    private String content(String data) {
        try {
            var frame = mapper.readTree(data);
            if (frame.has("error")) {
                throw new IllegalStateException(
                        name + ": " + frame.path("error").path("code").asText());
            }
            return frame.path("choices").path(0).path("delta").path("content").asText("");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(name + ": a frame that is not JSON", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}

package dev.millrace.ops.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millrace.access.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A client of the HTTP interface. Calls block; thread-safe.
 *
 * <p>Every method throws {@link ApiException} when the server says no and {@link UnreachableException} when nobody answers.
 */
public final class MillraceClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI base;
    private final Secret key;
    private final HttpClient http;

    public MillraceClient(URI base, Secret key) {
        this.base = base;
        this.key = key;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /** An answer that is not an error. */
    public record Answer(int status, Map<String, String> headers, JsonNode body) {
        /** The job the call became. */
        public Optional<String> jobId() {
            return Optional.ofNullable(headers.get("millrace-job-id"));
        }
    }

    /** Hears of a stream as it comes. */
    public interface StreamListener {
        /** Called once, before any event. */
        void onOpen(Map<String, String> headers);

        /** Returns false to stop reading. */
        boolean onEvent(ServerSentEvent event);
    }

    public Answer get(String path) {
        return send("GET", path, null, Map.of());
    }

    public Answer delete(String path) {
        return send("DELETE", path, null, Map.of());
    }

    public Answer post(String path, JsonNode body, Map<String, String> headers) {
        return send("POST", path, body, headers);
    }

    /** Sends any request. */
    public Answer send(String method, String path, @Nullable JsonNode body, Map<String, String> headers) {
        var request = request(method, path, body, headers).build();
        var response = exchange(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() >= 400) {
            throw refusal(response.statusCode(), response.body(), headers(response));
        }
        return new Answer(response.statusCode(), headers(response), tree(response.body()));
    }

    /** Sends a request and reads its event stream to the end, or until the listener has enough. */
    public void stream(
            String method, String path, @Nullable JsonNode body, Map<String, String> headers, StreamListener listener) {
        var request = request(method, path, body, headers)
                .setHeader("Accept", "text/event-stream")
                .build();
        var response = exchange(request, BodyHandlers.ofLines());
        try (var lines = response.body()) {
            if (response.statusCode() >= 400) {
                throw refusal(response.statusCode(), lines.collect(Collectors.joining("\n")), headers(response));
            }
            listener.onOpen(headers(response));
            read(lines, listener);
        } catch (UncheckedIOException e) {
            throw new UnreachableException("The connection to " + base + " broke in the middle of the answer.", e);
        }
    }

    /** The error object of a body or of a frame inside a stream, in OpenAI's shape or as problem details. */
    public static ApiException refusal(int status, String body, Map<String, String> headers) {
        var tree = tree(body);
        var error = tree.path("error").isObject() ? tree.path("error") : tree;
        var message = Stream.of("message", "detail", "title")
                .map(error::path)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .findFirst()
                .orElse("The server answered " + status + ".");
        return new ApiException(
                status, error.path("code").asText(""), message, Optional.ofNullable(headers.get("millrace-job-id")));
    }

    private static void read(Stream<String> lines, StreamListener listener) {
        var events = new ServerSentEvents();
        for (var line : (Iterable<String>) lines::iterator) {
            var event = events.line(line);
            if (event.isPresent() && !listener.onEvent(event.get())) {
                return;
            }
        }
    }

    private HttpRequest.Builder request(
            String method, String path, @Nullable JsonNode body, Map<String, String> headers) {
        var publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString());
        var builder = HttpRequest.newBuilder(base.resolve(path))
                .method(method, publisher)
                .header("Authorization", "Bearer " + key.reveal())
                .header("Accept", "application/json");
        if (body != null) {
            builder.header("Content-Type", "application/json");
        }
        headers.forEach(builder::setHeader);
        return builder;
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new UnreachableException("Nothing answers at " + base + ": is it running?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("Interrupted while waiting for " + base + ".", e);
        }
    }

    private static Map<String, String> headers(HttpResponse<?> response) {
        return response.headers().map().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().getFirst()));
    }

    private static JsonNode tree(String body) {
        try {
            return body.isBlank() ? MissingNode.getInstance() : JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

package dev.millrace.ops.acceptance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.ops.client.Endpoints;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** A plain HTTP client of the public API: what anyone can do with curl. Calls block. */
final class HttpDoor {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final URI base;
    private final String apiKey;

    HttpDoor(URI base, String apiKey) {
        this.base = base;
        this.apiKey = apiKey;
    }

    /** The door of a running system, with its development key. */
    static HttpDoor of(Endpoints endpoints) {
        return new HttpDoor(endpoints.http(), endpoints.apiKey().reveal());
    }

    /** A whole answer. */
    record Answer(int status, java.net.http.HttpHeaders headers, String body) {
        JsonNode json() {
            return read(body);
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        String jobId() {
            return header("millrace-job-id");
        }

        /** Code of the error, whichever of the two error formats it came in. */
        String errorCode() {
            var json = json();
            return json.path("error").path("code").asText(json.path("code").asText());
        }

        /** Text of the first choice of a chat completion. */
        String chatText() {
            return json().path("choices")
                    .path(0)
                    .path("message")
                    .path("content")
                    .asText();
        }
    }

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + json, e);
        }
    }

    static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer post(String path, String body, String... headers) {
        return post(path, BodyPublishers.ofString(body), headers);
    }

    Answer post(String path, BodyPublisher body, String... headers) {
        return send(posting(path, body, headers));
    }

    Answer chat(String body, String... headers) {
        return post("/v1/chat/completions", body, headers);
    }

    Answer send(String method, String path, String body) {
        return send(
                request(path).method(method, BodyPublishers.ofString(body)).header("content-type", "application/json"));
    }

    /** Begins a streamed chat completion; the caller closes it. */
    SseReader streamChat(String body, String... headers) {
        return stream(posting("/v1/chat/completions", BodyPublishers.ofString(body), headers));
    }

    /** Opens a job's events after {@code lastEventId}, from the start when empty; the caller closes it. */
    SseReader events(String jobId, Optional<String> lastEventId) {
        var request = request("/v1/jobs/" + jobId + "/events").GET();
        lastEventId.ifPresent(id -> request.header("Last-Event-ID", id));
        return stream(request);
    }

    JsonNode job(String jobId) {
        return get("/v1/jobs/" + jobId).json();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).header("authorization", "Bearer " + apiKey);
    }

    private HttpRequest.Builder posting(String path, BodyPublisher body, String... headers) {
        var request = request(path).POST(body).header("content-type", "application/json");
        return headers.length == 0 ? request : request.headers(headers);
    }

    Answer send(HttpRequest.Builder request) {
        var response = exchange(request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    private static SseReader stream(HttpRequest.Builder builder) {
        HttpResponse<InputStream> response = exchange(builder.build(), BodyHandlers.ofInputStream());
        // 204: the reader has all there is
        if (response.statusCode() != 200 && response.statusCode() != 204) {
            throw new IllegalStateException("status " + response.statusCode() + ": " + drain(response.body()));
        }
        return new SseReader(response.headers(), response.body());
    }

    private static <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return CLIENT.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(request.method() + " " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String drain(InputStream body) {
        try (body) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

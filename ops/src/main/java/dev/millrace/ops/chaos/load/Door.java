package dev.millrace.ops.chaos.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The public HTTP interface of one process, as anyone calls it. Calls block; thread-safe. */
final class Door {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final HttpClient http;
    private final URI base;

    Door(HttpClient http, URI base) {
        this.http = http;
        this.base = base;
    }

    /** A whole answer. */
    record Answer(int status, String jobId, String body) {
        JsonNode json() {
            return Door.json(body);
        }
    }

    /** Something whole arrived, and it is not what was agreed on: a broken connection cannot be its cause. */
    static final class MalformedAnswer extends RuntimeException {
        private static final long serialVersionUID = 1;

        MalformedAnswer(String what, Throwable cause) {
            super(what, cause);
        }
    }

    /**
     * Reads JSON that arrived whole.
     *
     * @throws MalformedAnswer when it is none
     */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new MalformedAnswer("not JSON: " + (text.length() > 80 ? text.substring(0, 80) + "…" : text), e);
        }
    }

    /** One server-sent event; id and name are empty when it has none. */
    record Event(String id, String name, String data) {}

    /** Events as they come; closing it breaks the connection. */
    static final class Events implements AutoCloseable {
        private final int status;
        private final String jobId;
        private final InputStream body;
        private final BufferedReader lines;

        Events(HttpResponse<InputStream> response) {
            this.status = response.statusCode();
            this.jobId = jobIdOf(response);
            this.body = response.body();
            this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        int status() {
            return status;
        }

        String jobId() {
            return jobId;
        }

        /** The next one; null at the end of the body. */
        @Nullable
        Event next() throws IOException {
            var id = "";
            var name = "";
            var data = "";
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (!data.isEmpty()) {
                        return new Event(id, name, data);
                    }
                } else if (line.startsWith("data: ")) {
                    data = data.isEmpty() ? line.substring(6) : data + "\n" + line.substring(6);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                }
            }
            return null;
        }

        @Override
        public void close() {
            try {
                body.close();
            } catch (IOException e) {
                // it is broken, which was wanted
            }
        }
    }

    Answer post(String path, String key, String body, Map<String, String> headers)
            throws IOException, InterruptedException {
        var response = http.send(posting(path, key, body, headers), BodyHandlers.ofString());
        return new Answer(response.statusCode(), jobIdOf(response), response.body());
    }

    Events stream(String path, String key, String body, Map<String, String> headers)
            throws IOException, InterruptedException {
        return new Events(http.send(posting(path, key, body, headers), BodyHandlers.ofInputStream()));
    }

    /** Events of a job after the one of this id; from the beginning when it is empty. */
    Events events(String jobId, String key, String lastEventId) throws IOException, InterruptedException {
        var request = request("/v1/jobs/" + jobId + "/events", key).GET();
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        return new Events(http.send(request.build(), BodyHandlers.ofInputStream()));
    }

    private static String jobIdOf(HttpResponse<?> response) {
        return response.headers().firstValue("millrace-job-id").orElse("");
    }

    private HttpRequest posting(String path, String key, String body, Map<String, String> headers) {
        var request =
                request(path, key).header("content-type", "application/json").POST(BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return request.build();
    }

    private HttpRequest.Builder request(String path, String key) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).header("authorization", "Bearer " + key);
    }
}

package dev.millrace.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry in memory, on a loopback port, that can be told to misbehave. Its schemas outlive {@link #stop} and
 * {@link #restart}. Thread-safe.
 */
public final class FakeRegistry implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final List<Registered> schemas = new ArrayList<>();
    private final Map<String, List<Integer>> idsBySubject = new HashMap<>();
    private final Map<String, String> refusals = new HashMap<>();
    private final List<Request> requests = new ArrayList<>();
    private final Queue<Answer> scripted = new ArrayDeque<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private HttpServer server;

    /** A request as it came. */
    public record Request(
            String method, String path, @Nullable String authorization) {}

    private record Registered(String type, String text) {}

    /** What to answer instead of the truth. */
    public sealed interface Answer {}

    /** Status and body as given; the body need not be JSON. */
    public record Status(int status, String body) implements Answer {}

    /** Nothing, until the registry is closed. */
    public record Silence() implements Answer {}

    /** The beginning of an answer, then nothing until the registry is closed. */
    public record HalfAnswer() implements Answer {}

    private FakeRegistry() {
        server = listen(0);
    }

    /** Starts an empty registry on a free port. */
    public static FakeRegistry start() {
        return new FakeRegistry();
    }

    private HttpServer listen(int port) {
        try {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            var listening = HttpServer.create(address, 0);
            listening.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            listening.createContext("/", this::handle);
            listening.start();
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** A client's configuration that gives up after two tries of at most 2 s. */
    public RegistryConfig config() {
        return new RegistryConfig(List.of(url()), null, Duration.ofSeconds(2), 2, true);
    }

    /** Holds an Avro schema under an id of its own, without a subject. */
    public synchronized int put(String schema) {
        return put("AVRO", schema);
    }

    /** Holds a schema of any type under an id of its own, without a subject. */
    public synchronized int put(String type, String text) {
        int known = schemas.indexOf(new Registered(type, text));
        if (known >= 0) {
            return known + 1;
        }
        schemas.add(new Registered(type, text));
        return schemas.size();
    }

    /** From now on nothing is compatible with the subject. */
    public synchronized void refuse(String subject, String message) {
        refusals.put(subject, message);
    }

    /** Answers the next requests so, in order, one answer per request; afterwards the truth again. */
    public synchronized void answerNext(Answer... answers) {
        scripted.addAll(List.of(answers));
    }

    /** Every request that came, in order. */
    public synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Refuses connections until {@link #restart}. */
    public void stop() {
        server.stop(0);
    }

    /** Listens again on the same port. */
    public void restart() {
        server = listen(server.getAddress().getPort());
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            switch (answer(exchange, body)) {
                case Status(int status, String text) -> {
                    var bytes = text.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
                    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                    exchange.getResponseBody().write(bytes);
                }
                case Silence() -> closed.await();
                case HalfAnswer() -> {
                    exchange.sendResponseHeaders(200, 1000);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                    closed.await();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Answer answer(HttpExchange exchange, String body) throws IOException {
        var method = exchange.getRequestMethod();
        var path = exchange.getRequestURI().getRawPath();
        requests.add(new Request(method, path, exchange.getRequestHeaders().getFirst("Authorization")));
        var instead = scripted.poll();
        if (instead != null) {
            return instead;
        }
        var parts = Arrays.stream(path.split("/", -1))
                .map(segment -> URLDecoder.decode(segment, StandardCharsets.UTF_8))
                .toArray(String[]::new);
        return switch (method + " " + parts[1] + " " + parts.length) {
            case "GET schemas 4" -> schema(Integer.parseInt(parts[3]));
            case "POST subjects 3" -> lookUp(parts[2], MAPPER.readTree(body));
            case "POST subjects 4" -> register(parts[2], MAPPER.readTree(body));
            case "POST compatibility 6" -> compatibility(parts[3]);
            default -> error(404, 404, "HTTP 404 Not Found");
        };
    }

    private Answer schema(int id) {
        if (id < 1 || id > schemas.size()) {
            return error(404, 40403, "Schema " + id + " not found");
        }
        var schema = schemas.get(id - 1);
        var answer = MAPPER.createObjectNode().put("schema", schema.text());
        return ok(schema.type().equals("AVRO") ? answer : answer.put("schemaType", schema.type()));
    }

    private Answer lookUp(String subject, JsonNode body) {
        var ids = idsBySubject.get(subject);
        if (ids == null) {
            return error(404, 40401, "Subject '" + subject + "' not found.");
        }
        int id = schemas.indexOf(new Registered("AVRO", body.path("schema").asText())) + 1;
        return ids.contains(id)
                ? ok(MAPPER.createObjectNode().put("subject", subject).put("id", id))
                : error(404, 40403, "Schema not found");
    }

    private Answer register(String subject, JsonNode body) {
        var refusal = refusals.get(subject);
        if (refusal != null) {
            return error(409, 409, refusal);
        }
        int id = put(body.path("schema").asText());
        idsBySubject.computeIfAbsent(subject, _ -> new ArrayList<>()).add(id);
        return ok(MAPPER.createObjectNode().put("id", id));
    }

    private Answer compatibility(String subject) {
        return idsBySubject.containsKey(subject) || refusals.containsKey(subject)
                ? ok(MAPPER.createObjectNode().put("is_compatible", !refusals.containsKey(subject)))
                : error(404, 40401, "Subject '" + subject + "' not found.");
    }

    private static Answer ok(ObjectNode body) {
        return new Status(200, body.toString());
    }

    private static Answer error(int status, int code, String message) {
        return new Status(
                status,
                MAPPER.createObjectNode()
                        .put("error_code", code)
                        .put("message", message)
                        .toString());
    }
}

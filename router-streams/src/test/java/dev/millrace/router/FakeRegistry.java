package dev.millrace.router;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.registry.RegistryConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A schema registry in memory: gives every schema a number and gives it back. Can be told to be down. */
final class FakeRegistry implements AutoCloseable {
    private final ObjectMapper mapper = new ObjectMapper();
    private final List<String> schemas = new ArrayList<>();
    private final HttpServer server;
    private volatile boolean down;

    FakeRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    RegistryConfig config() {
        var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        var defaults = RegistryConfig.of(url);
        return new RegistryConfig(List.of(url), null, Duration.ofSeconds(2), 1, defaults.autoRegister());
    }

    void goDown(boolean isDown) {
        down = isDown;
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        if (down) {
            answer(exchange, 503, "{\"error_code\":50001,\"message\":\"down\"}");
            return;
        }
        var path = exchange.getRequestURI().getPath();
        if (path.startsWith("/schemas/ids/")) {
            int id = Integer.parseInt(path.substring("/schemas/ids/".length()));
            if (id < 1 || id > schemas.size()) {
                answer(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
                return;
            }
            answer(
                    exchange,
                    200,
                    mapper.createObjectNode().put("schema", schemas.get(id - 1)).toString());
            return;
        }
        var schema = mapper.readTree(exchange.getRequestBody()).path("schema").asText();
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        answer(exchange, 200, "{\"id\":" + (schemas.indexOf(schema) + 1) + "}");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

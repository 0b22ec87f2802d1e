package dev.millrace.egress;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;

/** A schema registry in memory that can be down. */
public final class StubRegistry implements AutoCloseable {
    private final ObjectMapper mapper = new ObjectMapper();
    private final List<String> schemas = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile boolean down;

    public StubRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    /** A client that has cached nothing and does not retry by itself. */
    public RegistryClient client() {
        var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return new RegistryClient(new RegistryConfig(List.of(url), null, Duration.ofSeconds(5), 1, true));
    }

    public void goDown(boolean isDown) {
        down = isDown;
    }

    private void handle(HttpExchange exchange) throws IOException {
        if (down) {
            exchange.getRequestBody().readAllBytes();
            respond(exchange, 503, "{}");
            return;
        }
        var path = exchange.getRequestURI().getPath();
        if (path.startsWith("/schemas/ids/")) {
            int id = Integer.parseInt(path.substring("/schemas/ids/".length()));
            if (id < 1 || id > schemas.size()) {
                respond(exchange, 404, "{}");
            } else {
                respond(
                        exchange,
                        200,
                        mapper.createObjectNode()
                                .put("schema", schemas.get(id - 1))
                                .toString());
            }
        } else {
            var text = mapper.readTree(exchange.getRequestBody()).path("schema").asText();
            respond(
                    exchange,
                    200,
                    "{\"id\":" + idOf(new Schema.Parser().parse(text).toString()) + "}");
        }
    }

    private synchronized int idOf(String schema) {
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        return schemas.indexOf(schema) + 1;
    }

    private static void respond(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

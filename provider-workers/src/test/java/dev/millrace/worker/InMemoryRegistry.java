package dev.millrace.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.serde.Codecs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The two calls of a schema registry that codecs need, on loopback. */
public final class InMemoryRegistry implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> schemas = new ArrayList<>();
    private final HttpServer server;

    public InMemoryRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", this::answer);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        var answer = JSON.createObjectNode();
        if (exchange.getRequestMethod().equals("POST")) {
            var schema = JSON.readTree(exchange.getRequestBody()).path("schema").asText();
            if (!schemas.contains(schema)) {
                schemas.add(schema);
            }
            answer.put("id", schemas.indexOf(schema));
        } else {
            var path = exchange.getRequestURI().getPath();
            answer.put("schema", schemas.get(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1))));
        }
        var bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Codecs over this registry. */
    public Codecs codecs() {
        var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return new Codecs(new RegistryClient(RegistryConfig.of(url)));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

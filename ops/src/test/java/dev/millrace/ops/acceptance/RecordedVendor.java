package dev.millrace.ops.acceptance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server on loopback that answers a call with the recording of the model it names in its path, {@code …/models/{model}:{verb}}. A model
 * named {@code cut} gets half of the body of {@code cut}'s recording. Thread-safe.
 */
final class RecordedVendor implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path WIRE = Repository.root().resolve("provider-workers/src/test/resources/wire");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, String> recordings;

    /** @param recordings folder {@code vendor/capability/case} by the model's name; a prefix of the case's name is enough */
    RecordedVendor(Map<String, String> recordings) {
        this.recordings = Map.copyOf(recordings);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1beta");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            var path = exchange.getRequestURI().getPath();
            var model = path.replaceFirst(".*/models/", "").replaceFirst(":[A-Za-z]+$", "");
            var name = recordings.get(model);
            if (name == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            var folder = folder(name);
            var meta = JSON.readTree(folder.resolve("meta.json").toFile());
            var body =
                    Files.readAllBytes(folder.resolve(meta.path("response_file").asText()));
            var type = meta.path("response_headers").path("content-type").asText("application/json");
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(meta.path("status").asInt(200), 0);
            exchange.getResponseBody().write(body, 0, model.equals("cut") ? body.length / 2 : body.length);
        }
    }

    private static Path folder(String name) throws IOException {
        var parent = WIRE.resolve(name.substring(0, name.lastIndexOf('/')));
        var prefix = name.substring(name.lastIndexOf('/') + 1);
        try (var folders = Files.list(parent)) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no recording " + name));
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}

package dev.millrace.ops.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OllamaFinderTest {
    private final LiveCatalogue catalogue = new LiveCatalogue(List.of());
    private volatile String answer = "{}";
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/tags", exchange -> {
            var bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void keepsTheModelsOfARunningOllamaInTheCatalogue() {
        try (var finder = finder(server.getAddress().getPort())) {
            answer = "{\"models\":[{\"name\":\"llama3.2:3b\"},{\"name\":\"qwen2.5-coder:7b\"}]}";
            finder.look();

            assertThat(finder.models()).containsExactly("llama3.2:3b", "qwen2.5-coder:7b");
            assertThat(catalogue.get().find("ollama/llama3.2:3b"))
                    .hasValueSatisfying(model -> assertThat(model.vendorModel()).isEqualTo("llama3.2:3b"));
            assertThat(catalogue.get().provider("ollama").orElseThrow().baseUrl())
                    .isEqualTo(
                            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1"));
            assertThat(listed()).contains("ollama/llama3.2:3b");

            answer = "{\"models\":[]}";
            finder.look();

            assertThat(listed()).noneMatch(id -> id.startsWith("ollama/"));
        }
    }

    @Test
    void changesNothingWhenNobodyAnswersOrTheAnswerIsNonsense() {
        var before = catalogue.get();
        try (var finder = finder(1)) {
            finder.look();
        }
        try (var finder = finder(server.getAddress().getPort())) {
            answer = "<html>";
            finder.look();
        }

        assertThat(catalogue.get()).isSameAs(before);
    }

    private OllamaFinder finder(int port) {
        return new OllamaFinder(URI.create("http://127.0.0.1:" + port), catalogue);
    }

    private List<String> listed() {
        return catalogue.get().models().stream().map(model -> model.id()).toList();
    }
}

package dev.millrace.ops.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.catalogue.CatalogueException;
import dev.millrace.catalogue.CatalogueLoader.Document;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for a running Ollama, at once and again every half minute, and keeps its models in the catalogue.
 *
 * @see <a href="https://github.com/ollama/ollama/blob/main/docs/api.md#list-local-models">Ollama API, list local models</a>
 */
final class OllamaFinder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OllamaFinder.class);
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofSeconds(30);
    private static final int MAX_MODELS = 1000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI base;
    private final LiveCatalogue catalogue;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("find-ollama").factory());
    private volatile Set<String> models = Set.of();

    OllamaFinder(URI base, LiveCatalogue catalogue) {
        this.base = base;
        this.catalogue = catalogue;
    }

    /** Begins to look; returns at once. */
    void start() {
        var _ = thread.scheduleWithFixedDelay(this::look, 0, AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Names of the models found last, as the catalogue has them; empty when nothing answers. */
    Set<String> models() {
        return models;
    }

    void look() {
        try {
            var found = ask();
            if (!found.equals(models)) {
                catalogue.put(document(found));
                models = found;
                LOG.atInfo()
                        .addKeyValue("url", base)
                        .addKeyValue("models", found)
                        .log("Ollama's models are in the catalogue");
            }
        } catch (CatalogueException e) {
            LOG.atWarn().addKeyValue("url", base).setCause(e).log("Ollama's models do not fit into the catalogue");
        }
    }

    private Set<String> ask() {
        var request = HttpRequest.newBuilder(base.resolve("/api/tags"))
                .timeout(TIMEOUT)
                .build();
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 ? names(answer.body()) : Set.of();
        } catch (IOException e) {
            return Set.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Set.of();
        }
    }

    private static Set<String> names(String body) throws JsonProcessingException {
        var names = new TreeSet<String>();
        for (var model : JSON.readTree(body).path("models")) {
            var name = model.path("name").asText("");
            if (!name.isBlank() && names.size() < MAX_MODELS) {
                names.add(name);
            }
        }
        return names;
    }

    private Document document(Set<String> names) {
        var root = JSON.createObjectNode();
        var provider = root.putObject("providers").putObject("ollama");
        provider.put("adapter", "openai-compatible");
        provider.put("base-url", base.resolve("/v1").toString());
        provider.put("open-models", true);
        var entries = provider.putObject("models");
        List.copyOf(names).forEach(entries::putObject);
        return new Document("models of Ollama", root.toString());
    }

    @Override
    public void close() {
        thread.shutdownNow();
        http.shutdownNow();
    }
}

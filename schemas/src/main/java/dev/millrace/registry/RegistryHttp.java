package dev.millrace.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the registry's addresses and tells what their answers mean to the protocol. Thread-safe; calls block.
 *
 * <p>What may pass by itself is tried again with exponential back-off and jitter, on the next address. Redirects are not followed,
 * so the credential goes nowhere but to the configured addresses.
 */
final class RegistryHttp implements AutoCloseable {
    static final int MAX_ANSWER_BYTES = 8 * 1024 * 1024;

    private static final String JSON = "application/vnd.schemaregistry.v1+json";
    private static final int MAX_MESSAGE_CHARACTERS = 2000;
    /** Unknown subject, version, schema: error codes 40401, 40402, 40403. Any other 404 comes from a wrong address. */
    private static final int NOT_FOUND_CODES = 404;

    private final RegistryConfig config;
    private final HttpClient http;
    private final Retry retry;
    private final ObjectMapper mapper = new ObjectMapper();
    private final AtomicInteger nextUrl = new AtomicInteger();

    RegistryHttp(RegistryConfig config) {
        this.config = config;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(config.requestTimeout())
                .build();
        this.retry = Retry.of(
                "schema-registry",
                RetryConfig.custom()
                        .maxAttempts(config.maxAttempts())
                        .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(100), 2, 0.5))
                        .retryOnException(e -> e instanceof RegistryException.Unavailable
                                && !Thread.currentThread().isInterrupted())
                        .build());
    }

    /** The registry's answer to a request that it granted; a JSON object. */
    JsonNode send(String method, String path, @Nullable String body) {
        return retry.executeSupplier(() -> sendOnce(method, path, body));
    }

    private JsonNode sendOnce(String method, String path, @Nullable String body) {
        var base = config.urls().get(Math.floorMod(nextUrl.get(), config.urls().size()));
        var uri = URI.create(base.toString().replaceAll("/+$", "") + path);
        try {
            return answer(method, uri, exchange(request(method, uri, body)));
        } catch (IOException e) {
            nextUrl.incrementAndGet();
            throw new RegistryException.Unavailable("schema registry " + base + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException.Unavailable("interrupted while asking schema registry " + base, e);
        }
    }

    /** Waits for the whole answer: the timeout of a {@link HttpRequest} ends with its headers. */
    private HttpResponse<String> exchange(HttpRequest request) throws IOException, InterruptedException {
        var handler = HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), MAX_ANSWER_BYTES);
        var answer = http.sendAsync(request, handler);
        try {
            return answer.get(config.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + config.requestTimeout(), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private HttpRequest request(String method, URI uri, @Nullable String body) {
        var publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8);
        var builder =
                HttpRequest.newBuilder(uri).method(method, publisher).header("Accept", JSON + ", application/json");
        if (body != null) {
            builder.header("Content-Type", JSON);
        }
        if (config.authorization() != null) {
            builder.header("Authorization", config.authorization().reveal());
        }
        return builder.build();
    }

    private JsonNode answer(String method, URI uri, HttpResponse<String> response) {
        int status = response.statusCode();
        var json = json(response.body());
        if (status >= 200 && status < 300) {
            if (!json.isObject()) {
                throw new RegistryException.Refused(
                        "schema registry answered " + method + " " + uri + " with something that is not JSON");
            }
            return json;
        }
        var message = method + " " + uri + ": " + status + " " + errorMessage(json);
        if (status >= 500 || status == 429) {
            nextUrl.incrementAndGet();
            throw new RegistryException.Unavailable(message, new IOException("HTTP " + status));
        }
        throw switch (status) {
            case 404 ->
                json.path("error_code").asInt() / 100 == NOT_FOUND_CODES
                        ? new RegistryException.NotFound(message)
                        : new RegistryException.Refused(message + "; is the address right?");
            case 409 -> new RegistryException.Incompatible(message);
            default -> new RegistryException.Refused(message);
        };
    }

    private JsonNode json(String body) {
        try {
            return mapper.readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static String errorMessage(JsonNode json) {
        var message = json.path("message").asText("(no message)");
        return message.length() > MAX_MESSAGE_CHARACTERS ? message.substring(0, MAX_MESSAGE_CHARACTERS) : message;
    }

    @Override
    public void close() {
        http.close();
    }
}

package dev.millrace.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/**
 * Client of the Confluent schema registry's REST API, for Avro.
 *
 * <p>Schemas by id never change, so both directions are cached for the life of the client; the cache is bounded by what the registry
 * holds. Failed requests and answers of 5xx and 429 are tried again with exponential back-off and jitter, on the next address.
 * Thread-safe. Calls block; none is made once a schema is cached.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">Schema Registry API</a>
 */
public final class RegistryClient implements AutoCloseable {
    private static final String JSON = "application/vnd.schemaregistry.v1+json";
    private static final int MAX_CACHED_SCHEMAS = 10_000;

    private final RegistryConfig config;
    private final HttpClient http;
    private final Retry retry;
    private final ObjectMapper mapper = new ObjectMapper();
    private final AtomicInteger nextUrl = new AtomicInteger();
    private final Map<Integer, Schema> schemasById = new ConcurrentHashMap<>();
    private final Map<SubjectSchema, Integer> idsBySchema = new ConcurrentHashMap<>();

    public RegistryClient(RegistryConfig config) {
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
                        .retryOnException(e -> e instanceof RegistryException.Unavailable)
                        .build());
    }

    private record SubjectSchema(String subject, Schema schema) {}

    /**
     * The schema of an id.
     *
     * @throws RegistryException.NotFound when the registry does not know the id
     * @throws RegistryException.Unavailable when no address answers
     */
    public Schema schema(int id) {
        var cached = schemasById.get(id);
        if (cached != null) {
            return cached;
        }
        var answer = send("GET", "/schemas/ids/" + id, null);
        var type = answer.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new RegistryException.Refused("schema " + id + " is " + type + ", not AVRO");
        }
        var schema = parse(id, answer.path("schema").asText());
        if (schemasById.size() < MAX_CACHED_SCHEMAS) {
            schemasById.put(id, schema);
        }
        return schema;
    }

    /**
     * The id under which {@code subject} holds {@code schema}; registers it first when the configuration allows.
     *
     * @throws RegistryException.Incompatible when it breaks the subject's compatibility rule
     * @throws RegistryException.NotFound when it is not registered and may not be
     */
    public int id(String subject, Schema schema) {
        var key = new SubjectSchema(subject, schema);
        var cached = idsBySchema.get(key);
        if (cached != null) {
            return cached;
        }
        var path = "/subjects/" + encode(subject) + (config.autoRegister() ? "/versions" : "");
        int id = send("POST", path, body(schema)).path("id").asInt();
        idsBySchema.put(key, id);
        return id;
    }

    /**
     * Whether {@code schema} could be registered under {@code subject} now; true for an unknown subject.
     *
     * @throws RegistryException.Unavailable when no address answers
     */
    public boolean isCompatible(String subject, Schema schema) {
        try {
            return send("POST", "/compatibility/subjects/" + encode(subject) + "/versions/latest", body(schema))
                    .path("is_compatible")
                    .asBoolean();
        } catch (RegistryException.NotFound e) {
            return true;
        }
    }

    private Schema parse(int id, String text) {
        try {
            return new Schema.Parser().parse(text);
        } catch (SchemaParseException e) {
            throw new RegistryException.Refused("schema " + id + " is not valid Avro: " + e.getMessage());
        }
    }

    private String body(Schema schema) {
        return mapper.createObjectNode().put("schema", schema.toString()).toString();
    }

    private JsonNode send(String method, String path, @Nullable String body) {
        return retry.executeSupplier(() -> sendOnce(method, path, body));
    }

    private JsonNode sendOnce(String method, String path, @Nullable String body) {
        var base = config.urls().get(Math.floorMod(nextUrl.get(), config.urls().size()));
        var uri = URI.create(base.toString().replaceAll("/+$", "") + path);
        try {
            var response = http.send(request(method, uri, body), HttpResponse.BodyHandlers.ofString());
            return answer(method, uri, response);
        } catch (IOException e) {
            nextUrl.incrementAndGet();
            throw new RegistryException.Unavailable("schema registry " + base + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException.Unavailable("interrupted while asking schema registry " + base, e);
        }
    }

    private HttpRequest request(String method, URI uri, @Nullable String body) {
        var publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8);
        var builder = HttpRequest.newBuilder(uri)
                .method(method, publisher)
                .timeout(config.requestTimeout())
                .header("Accept", JSON + ", application/json");
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
        if (status >= 200 && status < 300) {
            try {
                return mapper.readTree(response.body());
            } catch (JsonProcessingException e) {
                throw new RegistryException.Refused(
                        "schema registry answered " + method + " " + uri + " with something that is not JSON");
            }
        }
        var message = method + " " + uri + ": " + status + " " + errorMessage(response.body());
        if (status >= 500 || status == 429) {
            nextUrl.incrementAndGet();
            throw new RegistryException.Unavailable(message, new IOException("HTTP " + status));
        }
        throw switch (status) {
            case 404 -> new RegistryException.NotFound(message);
            case 409 -> new RegistryException.Incompatible(message);
            default -> new RegistryException.Refused(message);
        };
    }

    private String errorMessage(String body) {
        try {
            var message = mapper.readTree(body).path("message").asText("");
            return message.length() > 2000 ? message.substring(0, 2000) : message;
        } catch (JsonProcessingException e) {
            return "(no message)";
        }
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.close();
    }
}

package dev.millrace.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

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
    private static final int MAX_CACHED_SCHEMAS = 10_000;

    private final RegistryConfig config;
    private final RegistryHttp http;
    private final Map<Integer, Schema> schemasById = new ConcurrentHashMap<>();
    private final Map<SubjectSchema, Integer> idsBySchema = new ConcurrentHashMap<>();

    public RegistryClient(RegistryConfig config) {
        this.config = config;
        this.http = new RegistryHttp(config);
    }

    private record SubjectSchema(String subject, Schema schema) {}

    /**
     * The schema of an id.
     *
     * @throws RegistryException.NotFound when the registry does not know the id
     * @throws RegistryException.Refused when the registry holds something else than an Avro schema under the id
     * @throws RegistryException.Unavailable when no address tells, be it that none answers or that they refuse to: nothing is known
     *     about the id then
     */
    public Schema schema(int id) {
        var cached = schemasById.get(id);
        if (cached != null) {
            return cached;
        }
        var answer = ask(id);
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

    private JsonNode ask(int id) {
        try {
            return http.send("GET", "/schemas/ids/" + id, null);
        } catch (RegistryException.Refused | RegistryException.Incompatible e) {
            throw new RegistryException.Unavailable(
                    "schema registry does not tell schema " + id + ": " + e.getMessage(), e);
        }
    }

    /**
     * The id under which {@code subject} holds {@code schema}; registers it first when the configuration allows.
     *
     * @throws RegistryException.Incompatible when it breaks the subject's compatibility rule
     * @throws RegistryException.NotFound when it is not registered and may not be
     * @throws RegistryException.Refused on bad credentials, or when the registry thinks the schema invalid
     * @throws RegistryException.Unavailable when no address answers
     */
    public int id(String subject, Schema schema) {
        var key = new SubjectSchema(subject, schema);
        var cached = idsBySchema.get(key);
        if (cached != null) {
            return cached;
        }
        var path = "/subjects/" + encode(subject) + (config.autoRegister() ? "/versions" : "");
        var id = http.send("POST", path, body(schema)).path("id");
        if (!id.canConvertToInt() || id.asInt() < 0) {
            throw new RegistryException.Refused("schema registry answered without an id for subject " + subject);
        }
        idsBySchema.put(key, id.asInt());
        return id.asInt();
    }

    /**
     * Whether {@code schema} could be registered under {@code subject} now; true for an unknown subject.
     *
     * @throws RegistryException.Refused on bad credentials, or when the registry thinks the schema invalid
     * @throws RegistryException.Unavailable when no address answers
     */
    public boolean isCompatible(String subject, Schema schema) {
        try {
            return http.send("POST", "/compatibility/subjects/" + encode(subject) + "/versions/latest", body(schema))
                    .path("is_compatible")
                    .asBoolean();
        } catch (RegistryException.NotFound e) {
            return true;
        }
    }

    private static Schema parse(int id, String text) {
        try {
            return new Schema.Parser().parse(text);
        } catch (AvroRuntimeException e) {
            throw new RegistryException.Refused("schema " + id + " is not valid Avro: " + e.getMessage());
        }
    }

    private static String body(Schema schema) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("schema", schema.toString())
                .toString();
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.close();
    }
}

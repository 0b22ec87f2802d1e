package dev.millrace.ops.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a request to the registry's own thread and its result, or the refusal, back to the connection. */
final class RegistryHandlers {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryHandlers.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

    private final Registry registry;
    private final Executor registryThread;

    RegistryHandlers(Registry registry, Executor registryThread) {
        this.registry = registry;
        this.registryThread = registryThread;
    }

    Handler<RoutingContext> handler(Function<RegistryRequest, JsonNode> operation) {
        return context -> {
            var request = new RegistryRequest(
                    registry,
                    Map.copyOf(context.pathParams()),
                    grouped(context.queryParams()),
                    body(context.body().buffer()));
            run(context, operation, request)
                    .onSuccess(result -> send(context, 200, result))
                    .onFailure(context::fail);
        };
    }

    /** Answers what no route took, and every failure, in the API's form. */
    void installErrors(Router router) {
        router.errorHandler(400, context -> refuse(context, RegistryError.BAD_REQUEST, "HTTP 400 Bad Request"));
        router.errorHandler(404, context -> refuse(context, RegistryError.NOT_FOUND, "HTTP 404 Not Found"));
        router.errorHandler(
                405, context -> refuse(context, RegistryError.METHOD_NOT_ALLOWED, "HTTP 405 Method Not Allowed"));
        router.errorHandler(
                413, context -> refuse(context, RegistryError.BODY_TOO_LARGE, "HTTP 413 Request Entity Too Large"));
        router.errorHandler(500, context -> {
            if (context.failure() instanceof RegistryRefusal refusal) {
                refuse(context, refusal.error(), String.valueOf(refusal.getMessage()));
            } else {
                LOG.atError()
                        .addKeyValue("method", context.request().method())
                        .addKeyValue("path", context.request().path())
                        .setCause(context.failure())
                        .log("Registry request failed");
                refuse(context, RegistryError.INTERNAL, "Internal Server Error");
            }
        });
    }

    private Future<JsonNode> run(
            RoutingContext context, Function<RegistryRequest, JsonNode> operation, RegistryRequest request) {
        // Its callbacks run on the connection's event loop, whichever thread completes it.
        var promise = Promise.<JsonNode>promise();
        var connection = context.vertx().getOrCreateContext();
        try {
            registryThread.execute(() -> {
                try {
                    var result = operation.apply(request);
                    connection.runOnContext(v -> promise.complete(result));
                } catch (RuntimeException e) {
                    connection.runOnContext(v -> promise.fail(e));
                }
            });
        } catch (RejectedExecutionException e) {
            promise.fail(RegistryError.OVERLOADED.refusal("Too many requests at once; try again"));
        }
        return promise.future();
    }

    private static Map<String, List<String>> grouped(MultiMap parameters) {
        return parameters.names().stream()
                .distinct()
                .collect(Collectors.toUnmodifiableMap(name -> name, parameters::getAll));
    }

    private static JsonNode body(@Nullable Buffer buffer) {
        if (buffer == null || buffer.length() == 0) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(buffer.toString());
        } catch (JsonProcessingException e) {
            throw RegistryError.BAD_REQUEST.refusal("The body is not valid JSON: " + e.getOriginalMessage());
        }
    }

    private static void refuse(RoutingContext context, RegistryError error, String message) {
        send(context, error.httpStatus(), RegistryJson.error(error, message));
    }

    private static void send(RoutingContext context, int status, JsonNode body) {
        var response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status).putHeader("content-type", CONTENT_TYPE).end(body.toString());
    }
}

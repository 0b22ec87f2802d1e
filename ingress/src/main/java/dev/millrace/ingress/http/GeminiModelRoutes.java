package dev.millrace.ingress.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.catalogue.Model;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.json.Mistake;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1beta/models} and {@code GET /v1beta/models/<id>}, as Google's clients list models; pages are numbered.
 *
 * @see <a href="https://ai.google.dev/api/models">Models</a>
 */
final class GeminiModelRoutes {
    private static final String ROOT = "/v1beta/models";
    private static final int MAX_NAME_CHARS = 256;
    private static final int MAX_PAGE = 1000;
    private static final int DEFAULT_PAGE = 50;

    private final Supplier<Catalogue> catalogue;
    private final Answers answers;

    GeminiModelRoutes(Supplier<Catalogue> catalogue, Answers answers) {
        this.catalogue = catalogue;
        this.answers = answers;
    }

    void mount(ScopedRouter router) {
        router.route(HttpMethod.GET, ROOT, Scope.INFERENCE).handler(this::list);
        router.route(HttpMethod.GET, ROOT + "/*", Scope.INFERENCE).handler(this::one);
    }

    private void list(RoutingContext context) {
        try {
            int size = Math.min(MAX_PAGE, number(context, "pageSize", DEFAULT_PAGE));
            int from = number(context, "pageToken", 0);
            var models = catalogue.get().models().stream()
                    .filter(model -> !methods(model).isEmpty())
                    .sorted(Comparator.comparing(Model::id))
                    .toList();
            var body = Answers.JSON.createObjectNode();
            var page = body.putArray("models");
            models.stream().skip(from).limit(size).forEach(model -> page.add(described(model)));
            if ((long) from + size < models.size()) {
                body.put("nextPageToken", Integer.toString(from + size));
            }
            answers.json(context, 200, body);
        } catch (Mistake mistake) {
            answers.error(context, mistake.detail());
        }
    }

    private static int number(RoutingContext context, String name, int otherwise) {
        var text = context.request().getParam(name);
        if (text == null || text.isEmpty() || text.equals("0")) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw Mistake.invalid(name, "Invalid '" + name + "': must be a number.");
        }
        return Integer.parseInt(text);
    }

    private void one(RoutingContext context) {
        var name = name(context.request().path());
        var model = name == null ? null : catalogue.get().find(name).orElse(null);
        if (model == null) {
            var known = name == null ? "" : name;
            var message = ModelCheck.unknown(catalogue.get(), known);
            answers.error(context, new Mistake(ErrorCode.MODEL_NOT_FOUND, message, "model").detail());
        } else {
            answers.json(context, 200, described(model));
        }
    }

    private static @Nullable String name(String path) {
        try {
            var escaped = path.substring(Math.min(path.length(), ROOT.length() + 1));
            var name = URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
            return name.length() > MAX_NAME_CHARS ? null : name;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static ObjectNode described(Model model) {
        var body = Answers.JSON.createObjectNode();
        body.put("name", "models/" + model.id());
        body.put("displayName", model.id());
        body.put("version", model.vendorModel());
        if (model.contextTokens() > 0) {
            body.put("inputTokenLimit", model.contextTokens());
        }
        if (model.maxOutputTokens() > 0) {
            body.put("outputTokenLimit", model.maxOutputTokens());
        }
        body.set("supportedGenerationMethods", methods(model));
        return body;
    }

    /** The verbs that this dialect has for what the model does; none for models of other operations only. */
    private static ArrayNode methods(Model model) {
        var methods = Answers.JSON.createArrayNode();
        if (model.operations().contains(Operation.CHAT)) {
            methods.add("generateContent").add("streamGenerateContent").add("countTokens");
        }
        if (model.operations().contains(Operation.EMBEDDING)) {
            methods.add("embedContent").add("batchEmbedContents");
        }
        return methods;
    }
}

package dev.millrace.ingress.http;

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
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code GET /v1/models} and {@code GET /v1/models/<id>}; the id may hold a slash, escaped or not. The list may be narrowed by
 * {@code provider}, {@code operation} and {@code capability}.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/models">Models</a>
 */
final class ModelRoutes {
    private static final String ROOT = "/v1/models";
    private static final int MAX_NAME_CHARS = 256;

    private final Supplier<Catalogue> catalogue;
    private final Answers answers;

    ModelRoutes(Supplier<Catalogue> catalogue, Answers answers) {
        this.catalogue = catalogue;
        this.answers = answers;
    }

    void mount(ScopedRouter router) {
        router.route(HttpMethod.GET, ROOT, Scope.INFERENCE).handler(this::list);
        router.route(HttpMethod.GET, ROOT + "/*", Scope.INFERENCE).handler(this::one);
    }

    private void list(RoutingContext context) {
        ModelFilter filter;
        try {
            filter = ModelFilter.of(context.queryParams(), catalogue.get());
        } catch (Mistake e) {
            answers.error(context, e.detail());
            return;
        }
        var body = Answers.JSON.createObjectNode().put("object", "list");
        var data = body.putArray("data");
        catalogue.get().models().stream()
                .filter(filter)
                .sorted(Comparator.comparing(Model::id))
                .map(ModelDescription::of)
                .forEach(data::add);
        answers.json(context, 200, body);
    }

    private void one(RoutingContext context) {
        var path = context.request().path();
        var escaped = path.substring(Math.min(path.length(), ROOT.length() + 1));
        if (escaped.isEmpty()) {
            list(context);
            return;
        }
        var name = URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
        var model = name.length() > MAX_NAME_CHARS
                ? Optional.<Model>empty()
                : catalogue.get().find(name);
        model.ifPresentOrElse(
                found -> answers.json(context, 200, ModelDescription.of(found)),
                () -> answers.error(context, new Mistake(ErrorCode.MODEL_NOT_FOUND, unknown(name), "model").detail()));
    }

    private String unknown(String name) {
        return ModelCheck.unknown(catalogue.get(), name.substring(0, Math.min(name.length(), MAX_NAME_CHARS)));
    }
}

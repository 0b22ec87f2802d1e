package dev.millrace.ingress.http;

import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.openai.ChatDelivery;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.IngressConfig;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.ingress.openai.ChatDialect;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.Set;

/** All routes of the server, each with its scope. */
final class Routes {
    private static final Set<String> ALLOWED_HEADERS = Set.of(
            "authorization",
            "content-type",
            "idempotency-key",
            "last-event-id",
            "traceparent",
            "tracestate",
            "x-api-key");

    private static final Set<String> EXPOSED_HEADERS = Set.of("millrace-job-id", "retry-after", "traceparent");
    private static final Set<HttpMethod> METHODS =
            Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);

    private Routes() {}

    static Router build(Vertx vertx, HttpParts parts, OpenAnswers open, IngressConfig config) {
        var router = new ScopedRouter(Router.router(vertx), parts.authentication());
        var answers = new Answers(parts.meters());
        var bodies = new BodyReader(vertx, config.http(), answers);
        var json = new StrictJson(config.body());
        var dialect = new ChatDialect(config.body());
        var admission = new Admission(dialect, parts.catalogue(), parts.accounts(), parts.clock());
        var deliveries = new ChatDelivery(vertx, parts.log());
        var verdicts = new Verdicts(vertx, parts.log(), config.verdictTimeout());
        var keys = new ControlRecords<>(vertx, parts.keys(), answers);
        var accounts = new ControlRecords<>(vertx, parts.accounts(), answers);

        new ChatRoute(parts.log(), deliveries, admission, parts.requests(), parts.cancels(), open, answers)
                .mount(router, bodies);
        new JobRoutes(parts.log(), verdicts, admission, parts.requests(), parts.cancels(), answers)
                .mount(router, bodies);
        new ModelRoutes(parts.catalogue(), answers).mount(router);
        new KeyRoutes(keys, parts.control(), parts.pepper(), parts.clock(), json, answers).mount(router, bodies);
        new AccountRoutes(accounts, parts.control(), parts.clock(), json, answers).mount(router, bodies);
        parts.reading().accept(router);
        var sealed = router.sealed();
        cors(sealed, config, answers);
        return sealed;
    }

    /** Before everything else, the check of the key included: a browser's preflight carries none. */
    private static void cors(Router router, IngressConfig config, Answers answers) {
        if (!config.corsOrigins().isEmpty()) {
            router.errorHandler(
                    403, context -> answers.error(context, ErrorCode.PERMISSION_DENIED, "This origin may not call."));
            router.route()
                    .order(-1)
                    .handler(CorsHandler.create()
                            .addOrigins(config.corsOrigins())
                            .allowedMethods(METHODS)
                            .allowedHeaders(ALLOWED_HEADERS)
                            .exposedHeaders(EXPOSED_HEADERS));
        }
    }
}

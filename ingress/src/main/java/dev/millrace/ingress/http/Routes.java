package dev.millrace.ingress.http;

import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.delivery.AnswerDelivery;
import dev.millrace.egress.http.JobHeaders;
import dev.millrace.egress.responses.ResponseReading;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.IngressConfig;
import dev.millrace.ingress.anthropic.CountTokens;
import dev.millrace.ingress.anthropic.MessagesDialect;
import dev.millrace.ingress.dialect.JobsDialect;
import dev.millrace.ingress.gemini.GeminiDialect;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.ingress.openai.ChatDialect;
import dev.millrace.ingress.task.RunDialect;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;

/** All routes of the server, each with its scope. */
final class Routes {
    private static final Set<String> ALLOWED_HEADERS = Set.of(
            "anthropic-beta",
            "anthropic-dangerous-direct-browser-access",
            "anthropic-version",
            "authorization",
            "content-type",
            "idempotency-key",
            "last-event-id",
            "traceparent",
            "tracestate",
            "x-api-key",
            "x-goog-api-key");

    private static final Set<String> EXPOSED_HEADERS = Set.of(
            JobHeaders.JOB_ID,
            JobHeaders.PROVIDER,
            JobHeaders.MODEL,
            JobHeaders.ATTEMPTS,
            JobHeaders.CACHE,
            JobHeaders.COST,
            TokenCountRoute.ESTIMATED,
            "retry-after",
            "traceparent");
    /** Google's clients name the model in the path, with a verb behind it; the last one is that of Vertex AI's clients. */
    private static final List<String> GEMINI_PATHS =
            List.of("/v1beta/models/*", "/v1/models/*", "/v1beta1/publishers/*", "/v1beta1/projects/*");

    private static final Set<HttpMethod> METHODS =
            Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);

    private Routes() {}

    static Router build(Vertx vertx, HttpParts parts, OpenAnswers open, BodyBudget budget, IngressConfig config) {
        var router = new ScopedRouter(Router.router(vertx), parts.authentication());
        var answers = new Answers(parts.meters());
        var bodies = new BodyReader(vertx, config.http(), budget, answers);
        var json = new StrictJson(config.body());
        var chat = new ChatDialect(config.body());
        var admission =
                new Admission(parts.catalogue(), parts.accounts(), parts.files().shelf(), parts.clock());
        var verdicts = new Verdicts(vertx, parts.log(), config.verdictTimeout());
        var submission = new Submission(parts.log(), verdicts, parts.requests(), answers);
        var keys = new ControlRecords<>(vertx, parts.keys(), answers);
        var accounts = new ControlRecords<>(vertx, parts.accounts(), answers);

        var deliveries = new AnswerDelivery(vertx, parts.log());
        var inference = new InferenceRoutes(
                parts.log(), deliveries, admission, parts.requests(), submission, parts.cancels(), open, answers);
        inference.mount(router, bodies, "/v1/chat/completions", chat);
        var responses = new ResponseReading(vertx, parts.log());
        new ResponsesRoutes(json, responses, inference, parts.cancels(), answers).mount(router, bodies);
        var gemini = new GeminiDialect(config.body());
        GEMINI_PATHS.forEach(path -> inference.mount(router, bodies, path, gemini));
        inference.mount(router, bodies, "/v1/messages", new MessagesDialect(config.body()));
        new TokenCountRoute(vertx, new CountTokens(config.body()), parts.catalogue(), parts.clock(), answers)
                .mount(router, bodies);
        var operations = TaskRoutes.operations(json, chat, parts);
        TaskRoutes.mount(router, bodies, inference, operations);
        inference.mount(router, bodies, "/v1/run/*", new RunDialect(json, parts.catalogue(), operations));
        new VideoRoutes(parts.log(), deliveries, parts.cancels(), answers).mount(router);
        var jobs = new JobsDialect(json, operations);
        new JobRoutes(parts.log(), jobs, admission, submission, parts.cancels(), answers).mount(router, bodies);
        new FileRoutes(vertx, parts.files(), parts.clock(), answers).mount(router, bodies);
        new ModelRoutes(parts.catalogue(), answers).mount(router);
        new GeminiModelRoutes(parts.catalogue(), answers).mount(router);
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

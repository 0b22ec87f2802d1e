package dev.millrace.ingress.http;

import dev.millrace.catalogue.Catalogue;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.anthropic.CountTokens;
import dev.millrace.ingress.json.Mistake;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * {@code POST /v1/messages/count_tokens}: answers at once, without a job. The figure is an estimate, and says so in the header
 * {@value #ESTIMATED} and in the member {@code millrace}.
 */
final class TokenCountRoute {
    static final String ESTIMATED = "millrace-estimated";

    private final Vertx vertx;
    private final CountTokens counts;
    private final Supplier<Catalogue> catalogue;
    private final InstantSource clock;
    private final Answers answers;

    TokenCountRoute(
            Vertx vertx, CountTokens counts, Supplier<Catalogue> catalogue, InstantSource clock, Answers answers) {
        this.vertx = vertx;
        this.counts = counts;
        this.catalogue = catalogue;
        this.clock = clock;
        this.answers = answers;
    }

    void mount(ScopedRouter router, BodyReader bodies) {
        router.route(HttpMethod.POST, "/v1/messages/count_tokens", Scope.INFERENCE)
                .handler(bodies)
                .handler(this::handle);
    }

    private void handle(RoutingContext context) {
        try {
            var counted = counts.read(IncomingRequests.of(context, clock.instant()));
            if (catalogue.get().find(counted.model()).isEmpty()) {
                answers.error(context, ErrorCode.MODEL_NOT_FOUND, ModelCheck.unknown(catalogue.get(), counted.model()));
                return;
            }
            // A long text takes its time.
            vertx.executeBlocking(counted::inputTokens, false)
                    .onSuccess(tokens -> answer(context, tokens))
                    .onFailure(failure -> context.fail(failure));
        } catch (Mistake mistake) {
            answers.error(context, mistake.detail());
        }
    }

    private void answer(RoutingContext context, long tokens) {
        var body = Answers.JSON.createObjectNode().put("input_tokens", tokens);
        body.putObject("millrace").put("estimated", true);
        if (!context.response().headWritten() && !context.response().closed()) {
            context.response().putHeader(ESTIMATED, "true");
        }
        answers.json(context, 200, body);
    }
}

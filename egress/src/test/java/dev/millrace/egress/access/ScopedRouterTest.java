package dev.millrace.egress.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.egress.HttpFixture;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScopedRouterTest {
    private static final Secret PEPPER = new Secret("pepper");

    private final ApiKey key = ApiKey.create();
    private final Vertx vertx = Vertx.vertx();
    private final Router router = Router.router(vertx);
    private final ApiKeyAuthentication authentication =
            new ApiKeyAuthentication(this::find, PEPPER, InstantSource.system());
    private final ScopedRouter scoped = new ScopedRouter(router, authentication);
    private HttpFixture http;

    private Optional<ApiKeyRecord> find(String keyId) {
        return keyId.equals(key.keyId())
                ? Optional.of(ApiKeyRecord.newBuilder()
                        .setKeyId(keyId)
                        .setAccount("acme")
                        .setHmac(ByteBuffer.wrap(key.hmac(PEPPER)))
                        .setScopes(List.of("jobs:read"))
                        .setCreatedAtMillis(1)
                        .build())
                : Optional.empty();
    }

    @BeforeEach
    void serve() {
        scoped.route(HttpMethod.GET, "/v1/jobs", Scope.JOBS_READ)
                .handler(context -> context.end(Principal.of(context).account().value()));
        scoped.route(HttpMethod.GET, "/v1/models", Scope.INFERENCE).handler(context -> context.end("models"));
        scoped.route(HttpMethod.GET, "/v1/jobs/broken", Scope.JOBS_READ).handler(context -> {
            throw new IllegalStateException("a bug");
        });
        http = new HttpFixture(vertx, scoped.sealed());
    }

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void letsTheOwnerOfTheScopePass() {
        assertThat(http.get("/v1/jobs", "Authorization", bearer()).body()).isEqualTo("acme");
        assertThat(http.get("/v1/jobs", "x-api-key", key.text().reveal()).body())
                .isEqualTo("acme");
    }

    @Test
    void refusesACallerWithoutTheScopeInTheDialectOfThePath() {
        var response = http.get("/v1/models", "Authorization", bearer());
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body())
                .isEqualTo("{\"error\":{\"message\":\"the API key lacks the scope 'inference'\","
                        + "\"type\":\"permission_error\",\"param\":null,\"code\":\"permission_denied\"}}");
    }

    @Test
    void refusesACallerWithoutAKeyInTheDialectOfThePath() {
        var response = http.get("/v1/jobs");
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(response.headers().firstValue("www-authenticate")).contains("Bearer");
        assertThat(response.body()).contains("\"code\":\"authentication_failed\"", "\"status\":401");
    }

    @Test
    void answersUnknownRoutesAndMethodsAsErrors() {
        assertThat(http.get("/v1/nothing").statusCode()).isEqualTo(404);
        assertThat(http.get("/v1/nothing").body()).contains("\"error\":{");
        assertThat(http.get("/v1/jobs/x/y/z").body()).contains("\"type\":\"urn:millrace:error:not_found\"");
    }

    @Test
    void answersABugWithoutTellingWhichOne() {
        var response = http.get("/v1/jobs/broken", "Authorization", bearer());
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("internal_error").doesNotContain("a bug");
    }

    @Test
    void refusesToServeARouteThatNamesNoScope() {
        router.get("/v1/open").handler(context -> context.end("open"));
        assertThatThrownBy(scoped::sealed)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/v1/open");
    }

    private String bearer() {
        return "Bearer " + key.text().reveal();
    }
}

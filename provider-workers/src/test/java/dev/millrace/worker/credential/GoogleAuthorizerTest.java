package dev.millrace.worker.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.worker.credential.Authorization.Denied;
import dev.millrace.worker.credential.Authorization.Granted;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a token endpoint on loopback. */
@Timeout(60)
class GoogleAuthorizerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer endpoint;
    private int status = 200;
    private String expiry = "3600";

    @BeforeEach
    void open() throws IOException {
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext("/token", exchange -> {
            asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            var answer = status == 200
                    ? "{\"access_token\":\"token-%d\",\"token_type\":\"Bearer\",\"expires_in\":%s}"
                            .formatted(asked.size(), expiry)
                    : "{\"error\":\"invalid_grant\",\"error_description\":\"canary\"}";
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, answer.length());
            exchange.getResponseBody().write(answer.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        endpoint.start();
    }

    @AfterEach
    void close() throws Exception {
        endpoint.stop(0);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private GoogleAuthorizer authorizer() throws IOException, NoSuchAlgorithmException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var key = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.UTF_8))
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        var account = JSON.writeValueAsString(Map.of(
                "type", "service_account",
                "project_id", "acme-project",
                "private_key_id", "k1",
                "private_key", "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n",
                "client_email", "worker@acme-project.iam.gserviceaccount.com",
                "client_id", "1",
                "token_uri", "http://127.0.0.1:" + endpoint.getAddress().getPort() + "/token"));
        var file = Files.writeString(directory.resolve("account.json"), account);
        return GoogleAuthorizer.ofFile("GOOGLE_APPLICATION_CREDENTIALS", file);
    }

    private Future<Authorization> ask(GoogleAuthorizer authorizer) {
        var request = new RequestOptions().setHost("aiplatform.googleapis.com").setURI("/v1/x");
        return authorizer.authorize(vertx.getOrCreateContext(), request, ByteBuffer.allocate(0));
    }

    private static Authorization await(Future<Authorization> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static String bearer(Authorization authorization) {
        assertThat(authorization).isInstanceOf(Granted.class);
        return ((Granted) authorization).request().getHeaders().get("Authorization");
    }

    @Test
    void buysOneTokenForAllRequestsAndKeepsIt() throws Exception {
        try (var authorizer = authorizer()) {
            // When
            var waiting = new ArrayList<Future<Authorization>>();
            for (int i = 0; i < 20; i++) {
                waiting.add(ask(authorizer));
            }
            // Then
            for (var future : waiting) {
                assertThat(bearer(await(future))).isEqualTo("Bearer token-1");
            }
            assertThat(bearer(await(ask(authorizer)))).isEqualTo("Bearer token-1");
            assertThat(asked).hasSize(1);
        }
    }

    @Test
    void asksForTheCloudScopeWithASignedAssertion() throws Exception {
        try (var authorizer = authorizer()) {
            await(ask(authorizer));
            var form = URLDecoder.decode(asked.getFirst(), StandardCharsets.UTF_8);
            var payload = form.replaceAll(".*assertion=[^.]*\\.([^.]*)\\..*", "$1");
            var claims = JSON.readTree(Base64.getUrlDecoder().decode(payload));
            assertThat(claims.path("iss").asText()).isEqualTo("worker@acme-project.iam.gserviceaccount.com");
            assertThat(claims.path("scope").asText()).isEqualTo("https://www.googleapis.com/auth/cloud-platform");
        }
    }

    @Test
    void sendsTheOldTokenWhileANewOneIsFetched() throws Exception {
        // Given a token about to expire
        expiry = "200";
        try (var authorizer = authorizer()) {
            assertThat(bearer(await(ask(authorizer)))).isEqualTo("Bearer token-1");
            expiry = "3600";
            // When
            assertThat(bearer(await(ask(authorizer)))).isEqualTo("Bearer token-1");
            // Then
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(bearer(await(ask(authorizer)))).isEqualTo("Bearer token-2"));
            assertThat(asked).hasSize(2);
        }
    }

    @Test
    void saysThatTheEndpointRefusedWithoutQuotingIt() throws Exception {
        status = 400;
        try (var authorizer = authorizer()) {
            assertThat(await(ask(authorizer)))
                    .isEqualTo(new Denied("Google's token endpoint refused the credential with status 400", false));
            assertThat(asked).hasSize(1);
        }
    }

    @Test
    void triesAgainAfterAnOutage() throws Exception {
        status = 503;
        try (var authorizer = authorizer()) {
            assertThat(await(ask(authorizer)))
                    .isInstanceOfSatisfying(
                            Denied.class, it -> assertThat(it.retryable()).isTrue());
            status = 200;
            assertThat(bearer(await(ask(authorizer)))).startsWith("Bearer token-");
        }
    }

    @Test
    void reportsAnEndpointThatIsNotThere() throws Exception {
        try (var authorizer = authorizer()) {
            endpoint.stop(0);
            assertThat(await(ask(authorizer)))
                    .isInstanceOfSatisfying(
                            Denied.class, it -> assertThat(it.retryable()).isTrue());
        }
    }

    @Test
    void namesTheFileThatIsNoCredential() throws IOException {
        var file = Files.writeString(directory.resolve("x.json"), "{\"canary\":1}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GoogleAuthorizer.ofFile("GOOGLE_APPLICATION_CREDENTIALS", file))
                .withMessageContaining("GOOGLE_APPLICATION_CREDENTIALS")
                .withMessageContaining("x.json")
                .withMessageNotContaining("canary");
    }
}

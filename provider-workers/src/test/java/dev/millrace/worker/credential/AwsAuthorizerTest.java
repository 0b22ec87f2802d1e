package dev.millrace.worker.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.access.Secret;
import dev.millrace.worker.credential.AwsAuthorizer.Keys;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwsAuthorizerTest {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2015-08-30T12:36:00Z"), ZoneOffset.UTC);
    private static final ReferenceSignature REFERENCE = new ReferenceSignature(SECRET, "us-east-1", "service");

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private RequestOptions signed(String uri, String body, @Nullable String sessionToken) throws Exception {
        var request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setSsl(true)
                .setHost("example.amazonaws.com")
                .setPort(443)
                .setURI(uri)
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", "application/json");
        var token = sessionToken == null ? null : new Secret(sessionToken);
        var authorizer =
                new AwsAuthorizer(new Keys("AKIDEXAMPLE", new Secret(SECRET), token), "service", "us-east-1", CLOCK);
        var bytes = ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8));
        var authorization = authorizer
                .authorize(vertx.getOrCreateContext(), request, bytes)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        assertThat(authorization).isEqualTo(new Authorization.Granted(request));
        return request;
    }

    private static Map<String, String> signedHeaders(RequestOptions request) {
        var authorization = request.getHeaders().get("Authorization");
        var names = authorization.replaceAll(".*SignedHeaders=([^,]*),.*", "$1");
        return Arrays.stream(names.split(";"))
                .collect(Collectors.toMap(
                        name -> name,
                        name -> name.equals("host")
                                ? request.getHost()
                                : request.getHeaders().get(name)));
    }

    private static String signature(RequestOptions request) {
        return request.getHeaders().get("Authorization").replaceAll(".*Signature=", "");
    }

    /** The vectors of AWS's own test suite prove the reference; the reference proves the rest. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            nullValues = "-",
            value = {
                "get-vanilla, GET, -, 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
                "get-vanilla-query-order-key-case, GET, Param1=value1&Param2=value2,"
                        + " b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
                "post-vanilla, POST, -, 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            })
    void agreesWithThePublishedVectors(String name, String method, @Nullable String query, String signature) {
        var headers = new HashMap<String, String>();
        headers.put("host", "example.amazonaws.com");
        headers.put("x-amz-date", "20150830T123600Z");
        assertThat(REFERENCE.of(method, "/", query == null ? "" : query, headers, new byte[0]))
                .as(name)
                .isEqualTo(signature);
    }

    @Test
    void signsMethodPathQueryHeadersAndBody() throws Exception {
        // Given a model name with a colon, sent encoded once and signed encoded twice
        var body = "{\"x\":1}";
        // When
        var request = signed("/model/a.b-v1%3A0/converse?B=2&A=1%201", body, null);
        // Then
        assertThat(request.getHeaders().get("X-Amz-Date")).isEqualTo("20150830T123600Z");
        assertThat(request.getHeaders().get("Authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ");
        var headers = signedHeaders(request);
        assertThat(headers.keySet()).contains("host", "x-amz-date", "content-type");
        assertThat(signature(request))
                .isEqualTo(REFERENCE.of(
                        "POST",
                        "/model/a.b-v1%253A0/converse",
                        "A=1%201&B=2",
                        headers,
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void signsTheSessionTokenOfTemporaryKeys() throws Exception {
        var request = signed("/", "", "the-token");
        assertThat(request.getHeaders().get("X-Amz-Security-Token")).isEqualTo("the-token");
        assertThat(signedHeaders(request)).containsKey("x-amz-security-token");
        assertThat(signature(request)).isEqualTo(REFERENCE.of("POST", "/", "", signedHeaders(request), new byte[0]));
    }

    @Test
    void signsALargeBodyTheSameWay() throws Exception {
        var body = "x".repeat(5_000_000);
        var request = signed("/", body, null);
        assertThat(signature(request))
                .isEqualTo(
                        REFERENCE.of("POST", "/", "", signedHeaders(request), body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void printsNoSecret() {
        var keys = new Keys("AKIDEXAMPLE", new Secret(SECRET), new Secret("the-token"));
        assertThat(keys.toString()).doesNotContain(SECRET).doesNotContain("the-token");
    }
}

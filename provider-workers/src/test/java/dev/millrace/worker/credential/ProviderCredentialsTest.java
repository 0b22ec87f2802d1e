package dev.millrace.worker.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.catalogue.Provider;
import dev.millrace.catalogue.Provider.Variable;
import dev.millrace.worker.credential.Authorization.Granted;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.CredentialScheme.AwsSignature;
import dev.millrace.worker.provider.CredentialScheme.GoogleOAuth;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProviderCredentialsTest {
    private static final Map<String, String> AWS =
            Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "secret");

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static Provider provider(@Nullable String credentialEnv, @Nullable String scheme) {
        return new Provider(
                "p",
                "x",
                null,
                "default",
                credentialEnv,
                true,
                Map.of(),
                Map.of("chat-path", "/{region}/{model}"),
                1,
                true,
                null,
                "https://runtime.{region}.example.com/v1",
                Map.of("region", new Variable(List.of("AWS_REGION", "AWS_DEFAULT_REGION"), null)),
                scheme);
    }

    private RequestOptions authorized(Provider provider, CredentialScheme usual, Map<String, String> environment)
            throws Exception {
        var clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
        var withRegion = new HashMap<>(environment);
        withRegion.put("AWS_REGION", "eu-central-1");
        var resolved = ProviderVariables.resolve(provider, withRegion);
        var authorizer = new ProviderCredentials(environment, clock).authorizer(resolved, usual);
        var request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("h")
                .setPort(443)
                .setSsl(true)
                .setURI("/a?b=c");
        var authorization = authorizer
                .authorize(vertx.getOrCreateContext(), request, ByteBuffer.allocate(0))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        return ((Granted) authorization).request();
    }

    @Test
    void putsAKeyWhereTheCatalogueSays() throws Exception {
        var environment = Map.of("KEY", "a b");
        assertThat(authorized(provider("KEY", null), CredentialScheme.bearer(), environment)
                        .getHeaders()
                        .get("Authorization"))
                .isEqualTo("Bearer a b");
        assertThat(authorized(provider("KEY", "header:api-key"), CredentialScheme.bearer(), environment)
                        .getHeaders()
                        .get("api-key"))
                .isEqualTo("a b");
        assertThat(authorized(provider("KEY", "query:key"), CredentialScheme.bearer(), environment)
                        .getURI())
                .isEqualTo("/a?b=c&key=a+b");
        assertThat(authorized(provider("KEY", "none"), CredentialScheme.bearer(), environment)
                        .getHeaders())
                .isNull();
    }

    @Test
    void signsForTheRegionOfTheProvider() throws Exception {
        var request = authorized(provider(null, "aws-sigv4:bedrock-mantle"), CredentialScheme.bearer(), AWS);
        assertThat(request.getHeaders().get("Authorization"))
                .contains("AKIDEXAMPLE/20260101/eu-central-1/bedrock-mantle/aws4_request");
    }

    @Test
    void prefersABearerKeyToASignature() throws Exception {
        var environment = new HashMap<>(AWS);
        environment.put("AWS_BEARER_TOKEN_BEDROCK", "bedrock-key");
        var request = authorized(provider("AWS_BEARER_TOKEN_BEDROCK", null), new AwsSignature("bedrock"), environment);
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer bedrock-key");
    }

    @Test
    void namesWhatHasToBeSet() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        authorized(provider("AWS_BEARER_TOKEN_BEDROCK", null), new AwsSignature("bedrock"), Map.of()))
                .withMessageContaining("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_BEARER_TOKEN_BEDROCK");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> authorized(provider(null, null), new GoogleOAuth(), Map.of()))
                .withMessageContaining("set GOOGLE_APPLICATION_CREDENTIALS");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> authorized(provider("KEY", null), CredentialScheme.bearer(), Map.of()))
                .withMessageContaining("set KEY");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> authorized(provider("KEY", "magic"), CredentialScheme.bearer(), Map.of("KEY", "x")))
                .withMessageContaining("providers.p.credential-scheme");
    }

    @Test
    void fillsVariablesIntoAddressAndQuirks() {
        var resolved = ProviderVariables.resolve(provider(null, null), Map.of("AWS_DEFAULT_REGION", "us-west-2"));
        assertThat(resolved.baseUrl()).isEqualTo(URI.create("https://runtime.us-west-2.example.com/v1"));
        assertThat(resolved.quirks()).containsEntry("chat-path", "/us-west-2/{model}");
    }

    @Test
    void refusesAVariableThatIsMissingOrCouldRedirectRequests() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProviderVariables.resolve(provider(null, null), Map.of()))
                .withMessage("provider p needs its variable region: set AWS_REGION or AWS_DEFAULT_REGION");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> ProviderVariables.resolve(provider(null, null), Map.of("AWS_REGION", "evil.example/#")))
                .withMessageContaining("AWS_REGION is no usable region");
    }
}

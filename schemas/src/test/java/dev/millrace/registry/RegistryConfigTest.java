package dev.millrace.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.access.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryConfigTest {
    private static final List<URI> URLS = List.of(URI.create("http://127.0.0.1:8081"));

    @Test
    void hasTheDocumentedDefaults() {
        assertThat(RegistryConfig.of(URLS.getFirst()))
                .isEqualTo(new RegistryConfig(URLS, null, Duration.ofSeconds(5), 5, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://127.0.0.1", "localhost:8081", "/path", "http:///path", "http:opaque"})
    void refusesWhatIsNoHttpAddress(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegistryConfig.of(URI.create(url)))
                .withMessageStartingWith("registry.urls");
    }

    @Test
    void refusesCredentialsInTheAddressAndDoesNotPrintThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegistryConfig.of(URI.create("http://user:canary@example.com")))
                .withMessageStartingWith("registry.urls: must not hold credentials")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer canary\n", "Bearer canary\r\nX: y", "Bearer cänary", " Bearer canary"})
    void refusesACredentialThatCannotBeAHeaderAndDoesNotPrintIt(String authorization) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RegistryConfig(URLS, new Secret(authorization), Duration.ofSeconds(1), 1, true))
                .withMessageStartingWith("registry.authorization")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("nary"));
    }

    @Test
    void refusesValuesOutOfRangeByTheirPath() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RegistryConfig(List.of(), null, Duration.ofSeconds(1), 1, true))
                .withMessageStartingWith("registry.urls");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RegistryConfig(URLS, null, Duration.ZERO, 1, true))
                .withMessage("registry.request-timeout: must be positive, got PT0S");
        for (int attempts : new int[] {0, 21, -1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RegistryConfig(URLS, null, Duration.ofSeconds(1), attempts, true))
                    .withMessage("registry.max-attempts: must be 1..20, got %d", attempts);
        }
    }

    @Test
    void neverPrintsTheCredential() {
        var config = new RegistryConfig(URLS, new Secret("Bearer canary"), Duration.ofSeconds(1), 1, true);
        assertThat(config.toString()).contains("***").doesNotContain("canary");
    }
}

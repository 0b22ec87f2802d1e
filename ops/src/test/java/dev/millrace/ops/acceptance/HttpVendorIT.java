package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ops.acceptance.VendorFaultsIT.Seen;
import dev.millrace.ops.acceptance.VendorServer.Mode;
import dev.millrace.ops.client.Endpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An OpenAI-compatible server that somebody added with three lines of configuration, and that breaks every rule. The whole run is logged at
 * DEBUG and searched for secrets and prompts at the end.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
final class HttpVendorIT {
    private static final String VENDOR_KEY = "sk-vendor-canary-51f0c2";
    private static final String PROMPT = "prompt-canary-e83b07";

    @TempDir
    private static Path directory;

    private final VendorServer vendor = new VendorServer();
    private Stack stack;
    private Endpoints endpoints;
    private HttpDoor door;

    @BeforeAll
    void start() throws IOException {
        Files.writeString(directory.resolve("millrace.yaml"), """
                providers:
                  mill:
                    adapter: openai-compatible
                    base-url: %s
                    credential-env: MILL_API_KEY
                    open-models: true
                    default-prices: {input: 1, output: 2}
                  gone:
                    adapter: openai-compatible
                    base-url: http://127.0.0.1:1/v1
                    open-models: true
                    default-prices: {input: 0, output: 0}
                """.formatted(vendor.baseUrl()));
        stack = Stack.up("up-http-vendor", directory, Map.of("MILL_API_KEY", VENDOR_KEY), "--debug");
        endpoints = stack.endpoints();
        door = HttpDoor.of(endpoints);
    }

    @AfterAll
    void end() {
        stack.close();
        vendor.close();
    }

    private static String body(Mode mode, Map<String, ?> millrace) {
        return new Script("mill/" + mode.model(), Map.of()).body(PROMPT, true, millrace);
    }

    @Test
    @Order(1)
    void streamsWhatTheVendorSaysAndBillsWhatItCounts() {
        var seen = Seen.of(door, body(Mode.FINE, Map.of()));
        assertThat(seen.text()).as(seen.toString()).isEqualTo(VendorServer.TEXT);
        assertThat(seen.errorCode()).isEmpty();
        var job = door.job(seen.jobId());
        assertThat(job.path("usage").path("input_tokens").asInt()).isEqualTo(7);
        assertThat(job.path("usage").path("output_tokens").asInt()).isEqualTo(5);
        // $1 and $2 per million tokens
        assertThat(job.path("cost_nanos").asLong()).isEqualTo(7 * 1_000 + 5 * 2_000);
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource({
        "HANG, 504, vendor_timeout",
        "SLAM, 502, vendor_unavailable",
        "NOT_HTTP, 502, vendor_unavailable",
        "NOT_JSON, 502, vendor_malformed",
        "HUGE_LINE, 502, vendor_malformed",
        "TRICKLE, 504, vendor_timeout",
        "ERROR_INSTEAD_OF_STREAM, 502, vendor_unavailable",
        "THROTTLE, 429, vendor_throttled",
        "SERVER_ERROR, 502, vendor_unavailable",
        "HTML_ERROR, 502, vendor_unavailable",
        "REFUSE, 400, vendor_refused",
        "REDIRECT, 502, vendor_refused"
    })
    @Order(2)
    void answersAnErrorWhenTheVendorFailsBeforeItSpeaks(Mode mode, int status, String code) {
        int before = vendor.calls(mode);
        var seen = Seen.of(door, body(mode, VendorFaultsIT.ONE_SHORT_ATTEMPT));
        assertThat(seen.status()).as(seen.toString()).isEqualTo(status);
        assertThat(seen.errorCode()).isEqualTo(code);
        assertThat(door.job(seen.jobId()).path("status").asText()).isEqualTo("failed");
        assertThat(vendor.calls(mode)).isEqualTo(before + 1);
        servesTheNextCall();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "CUT, stream_truncated",
        "STOP_SHORT, stream_truncated",
        "ERROR_IN_STREAM, vendor_unavailable",
        "HANG_AFTER_CONTENT, vendor_timeout"
    })
    @Order(2)
    void endsTheStreamInAnErrorWhenTheVendorFailsInMidSentence(Mode mode, String code) {
        var seen = Seen.of(door, body(mode, VendorFaultsIT.ONE_SHORT_ATTEMPT));
        assertThat(seen.text()).as(seen.toString()).isEqualTo("Water");
        assertThat(seen.errorCode()).isEqualTo(code);
        assertThat(door.job(seen.jobId()).path("status").asText()).isEqualTo("incomplete");
        servesTheNextCall();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"SERVER_ERROR_ONCE", "THROTTLE_ONCE"})
    @Order(2)
    void triesAgainUntilTheVendorAnswers(Mode mode) {
        var seen = Seen.of(door, body(mode, Map.of()));
        assertThat(seen.text()).as(seen.toString()).isEqualTo(VendorServer.TEXT);
        assertThat(vendor.calls(mode)).isEqualTo(2);
    }

    @Test
    @Order(2)
    void asksTheFallbackWhenTheVendorIsSilent() {
        var options = Map.of("fallbacks", List.of("local/echo"), "first_token_timeout", "1s");
        var seen = Seen.of(door, body(Mode.HANG, options));
        assertThat(seen.text()).as(seen.toString()).isEqualTo(PROMPT);
    }

    /** A vendor that nobody can reach is told apart from one that is not configured. */
    @Test
    @Order(2)
    void saysWhenTheVendorIsNotThere() {
        var seen = Seen.of(
                door, new Script("gone/anything", Map.of()).body(PROMPT, true, VendorFaultsIT.ONE_SHORT_ATTEMPT));
        assertThat(seen.status()).as(seen.toString()).isEqualTo(502);
        assertThat(seen.errorCode()).isEqualTo("vendor_unavailable");
    }

    @Test
    @Order(3)
    void neitherSecretsNorPromptsWereLogged() {
        // the development key is printed once, for the person who started it; so only log lines are searched for it
        var output = stack.process().output();
        assertThat(output).contains("Broker serves");
        assertThat(output)
                .doesNotContain(
                        VENDOR_KEY, PROMPT, stack.pepper(), endpoints.adminKey().reveal());
        var logged = output.lines().filter(line -> line.matches("[0-9:.]{12} [A-Z]+ .*"));
        assertThat(logged)
                .isNotEmpty()
                .noneMatch(line -> line.contains(endpoints.apiKey().reveal()));
    }

    private void servesTheNextCall() {
        var seen = Seen.of(door, body(Mode.FINE, Map.of()));
        assertThat(seen.text()).as(seen.toString()).isEqualTo(VendorServer.TEXT);
    }
}

package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever a vendor does wrong, the caller gets a clear error, the job one end, and others their answers.
 *
 * <p>Each kind of fault has a scripted provider of its own: the retry budget of one is not used up by another.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class VendorFaultsIT {
    static final Map<String, Object> ONE_SHORT_ATTEMPT =
            Map.of("max_attempts", 1, "first_token_timeout", "1s", "total_timeout", "3s");

    private static final List<String> PROVIDERS =
            List.of("mute", "whole", "broken", "stuck", "flaky", "hopeless", "silent", "busy");

    @TempDir
    private static Path directory;

    private Stack stack;
    private HttpDoor door;

    @BeforeAll
    void start() throws IOException {
        var yaml = new StringBuilder("providers:\n");
        for (var provider : PROVIDERS) {
            yaml.append("  ").append(provider);
            yaml.append(": {adapter: local, open-models: true, default-prices: {input: 1, output: 2}}\n");
        }
        Files.writeString(directory.resolve("millrace.yaml"), yaml);
        stack = Stack.up("up-vendor-faults", directory, Map.of());
        door = HttpDoor.of(stack.endpoints());
    }

    @AfterAll
    void end() {
        stack.close();
    }

    @AfterEach
    void servesTheNextCall() {
        var answer = door.chat(Script.ECHO.body("still here?", false, Map.of()));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    /** What a client that streams gets to see. */
    record Seen(int status, String text, String errorCode, String jobId) {
        static Seen of(HttpDoor door, String body) {
            var whole = door.send(door.request("/v1/chat/completions")
                    .header("content-type", "application/json")
                    .POST(BodyPublishers.ofString(body)));
            if (whole.status() != 200) {
                return new Seen(whole.status(), "", whole.errorCode(), whole.jobId());
            }
            var events = SseReader.parse(whole.body());
            var last = events.getLast();
            var code = last.data().equals("[DONE]")
                    ? ""
                    : HttpDoor.read(last.data()).path("error").path("code").asText();
            return new Seen(200, SseReader.chatText(events), code, whole.jobId());
        }
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource({
        "400, 400, vendor_refused",
        "401, 502, vendor_credential",
        "403, 502, vendor_credential",
        "429, 429, vendor_throttled",
        "500, 502, vendor_unavailable",
        "503, 502, vendor_unavailable",
        "529, 429, vendor_throttled",
        "connect_refused, 502, vendor_unavailable",
        "hang_before_headers, 504, vendor_timeout",
        "hang_before_first_token, 504, vendor_timeout"
    })
    void answersAnErrorWhenTheVendorFailsBeforeItSpeaks(String failure, int status, String code) {
        var seen = Seen.of(door, Script.failing(failure).at("mute").body("hi", true, ONE_SHORT_ATTEMPT));
        assertThat(seen.status()).as(seen.toString()).isEqualTo(status);
        assertThat(seen.errorCode()).isEqualTo(code);
        assertThat(door.job(seen.jobId()).path("status").asText()).isEqualTo("failed");
    }

    /** Of an answer that is not streamed the caller sees nothing until it is whole, however far the vendor came. */
    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource({
        "400, 400, vendor_refused",
        "403, 502, vendor_credential",
        "429, 429, vendor_throttled",
        "503, 502, vendor_unavailable",
        "connect_refused, 502, vendor_unavailable",
        "hang_before_headers, 504, vendor_timeout",
        "hang_before_first_token, 504, vendor_timeout",
        "hang_mid_stream, 504, vendor_timeout",
        "trickle, 504, vendor_timeout",
        "trickle_bytes, 504, vendor_timeout"
    })
    void answersAnErrorWhenTheVendorFailsACallThatIsNotStreamed(String failure, int status, String code) {
        var answer = door.chat(Script.failing(failure)
                .at("whole")
                .body("one two three four five six seven", false, ONE_SHORT_ATTEMPT));
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.errorCode()).isEqualTo(code);
        assertThat(door.job(answer.jobId()).path("status").asText()).isEqualTo("failed");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "error_in_stream, vendor_unavailable",
        "truncate, stream_truncated",
        "reset, stream_truncated",
        "malformed_json, vendor_malformed",
        "huge_line, vendor_malformed"
    })
    void endsTheStreamInAnErrorWhenTheVendorFailsInMidSentence(String failure, String code) {
        endsInAnErrorAfterThreeWords("broken", failure, code);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"hang_mid_stream", "trickle", "trickle_bytes"})
    void endsTheStreamInAnErrorWhenTheVendorStopsInMidSentence(String failure) {
        endsInAnErrorAfterThreeWords("stuck", failure, "vendor_timeout");
    }

    private void endsInAnErrorAfterThreeWords(String provider, String failure, String code) {
        var seen = Seen.of(
                door,
                Script.failing(failure)
                        .at(provider)
                        .body("one two three four five six seven", true, ONE_SHORT_ATTEMPT));
        assertThat(seen.text()).as(seen.toString()).isEqualTo("one two three");
        assertThat(seen.errorCode()).as(seen.toString()).isEqualTo(code);
        var job = door.job(seen.jobId());
        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("incomplete");
        assertThat(job.path("error").path("code").asText()).isEqualTo(code);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"500", "503", "connect_refused", "429", "hang_before_headers"})
    void triesAgainUntilTheVendorAnswers(String failure) {
        var script = Script.failingOnce(failure).at("flaky").with("retry_after", "0.2");
        var answer =
                door.chat(script.body("at last", false, Map.of("first_token_timeout", "1s", "total_timeout", "1s")));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.chatText()).isEqualTo("at last");
        assertThat(answer.header("millrace-attempts")).isEqualTo("2");
    }

    @Test
    void makesAtMostThreeAttempts() {
        var answer = door.chat(Script.failing("500").at("hopeless").body("never", false, Map.of()));
        assertThat(answer.status()).isEqualTo(502);
        assertThat(door.job(answer.jobId()).path("attempt_history")).hasSize(3);
    }

    @Test
    void asksTheFallbackWhenTheFirstVendorIsSilent() {
        // the fallback is the second attempt; the script's member goes with it and is told to fail at the first only
        var options = Map.of("fallbacks", List.of("local/lorem"), "first_token_timeout", "1s");
        var answer = door.chat(
                Script.failingOnce("hang_before_first_token").at("silent").body("hi", true, options));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("millrace-model")).isEqualTo("local/lorem");
        assertThat(SseReader.chatText(SseReader.parse(answer.body()))).isNotEmpty();
    }

    @Test
    void waitsAsLongAsAThrottlingVendorAsks() {
        var script = Script.failingOnce("429").at("busy").with("retry_after", "2");
        long beganNanos = System.nanoTime();
        var answer = door.chat(script.body("patience", false, Map.of()));
        assertThat(answer.chatText()).isEqualTo("patience");
        assertThat(Duration.ofNanos(System.nanoTime() - beganNanos))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(6));
    }

    @Test
    void aVendorThatHangsHoldsUpNobodyElse() {
        // Given
        var silence = Script.failing("hang_before_headers")
                .at("silent")
                .body("zzz", true, Map.of("max_attempts", 1, "first_token_timeout", "5s"));
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var hanging = IntStream.range(0, 100)
                    .mapToObj(i -> clients.submit(() -> Seen.of(door, silence)))
                    .toList();
            // When
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
            long beganNanos = System.nanoTime();
            var answer = door.chat(Script.ECHO.body("me first", false, Map.of()));
            var took = Duration.ofNanos(System.nanoTime() - beganNanos);
            // Then
            assertThat(answer.chatText()).isEqualTo("me first");
            assertThat(took).isLessThan(Duration.ofSeconds(3));
            assertThat(hanging)
                    .allSatisfy(seen -> assertThat(seen.get().errorCode()).isEqualTo("vendor_timeout"));
        }
    }

    /** A reader that understands restarts gets the whole answer after one. */
    @Test
    void beginsAnewAfterATruncationWhenTheReaderSaysItUnderstands() {
        var script = Script.failingOnce("truncate").at("busy");
        var answer = door.chat(script.body("one two three four five", true, Map.of("accept_restart", true)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(door.job(answer.jobId()).path("status").asText()).isEqualTo("completed");
        assertThat(answer.body()).contains("event: millrace.restarted").contains("[DONE]");
        var anew = answer.body().substring(answer.body().lastIndexOf("event: millrace.restarted"));
        assertThat(SseReader.chatText(SseReader.parse(anew.substring(anew.indexOf("\n\n") + 2))))
                .isEqualTo("one two three four five");
    }
}

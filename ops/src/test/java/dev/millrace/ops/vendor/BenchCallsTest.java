package dev.millrace.ops.vendor;

import static dev.millrace.ops.vendor.VendorCalls.VERTX;
import static dev.millrace.ops.vendor.VendorCalls.calls;
import static dev.millrace.ops.vendor.VendorCalls.deltas;
import static dev.millrace.ops.vendor.VendorCalls.post;
import static dev.millrace.ops.vendor.VendorCalls.wholeText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.ops.vendor.VendorCalls.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BenchCallsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String SHAPE = "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],%s}";
    private static final String USAGE = ",\"stream_options\":{\"include_usage\":true}";

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.millrace.ops.vendor.VendorCalls#dialects")
    void saysItsTextInEveryDialectStreamedAndWhole(String path, String shape) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var whole = post(vendor, Call.of(path, shape, "bench-d0-n16-g0-s7", "x", false));
            var streamed = post(vendor, Call.of(path, shape, "bench-d0-n16-g0-s7", "x", true));
            var joined = post(vendor, Call.of(path, shape, "bench-d0-n16-g0-s7-j", "x", true));
            assertThat(wholeText(whole.body())).isEqualTo(BenchModel.text(16, 7));
            assertThat(deltas(streamed.body())).hasSize(16).allMatch(delta -> delta.length() == 7);
            assertThat(String.join("", deltas(streamed.body()))).isEqualTo(BenchModel.text(16, 7));
            assertThat(deltas(joined.body())).isEqualTo(deltas(streamed.body()));
            assertThat(calls(vendor, 0)).hasSize(3).allSatisfy(call -> {
                assertThat(call.path("outcome").asText()).isEqualTo("whole");
                assertThat(call.path("input_tokens").asInt()).isEqualTo(10);
                assertThat(call.path("output_tokens").asInt()).isEqualTo(16);
            });
        }
    }

    /** An option takes the call to the scripted vendor, which is to say the same. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.millrace.ops.vendor.VendorCalls#dialects")
    void saysTheSameWhenMoreIsAskedOfTheCall(String path, String shape) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var streamed = post(vendor, Call.of(path, shape, "bench-d0-n16-g0-s7", "x", true), "{\"accept_millis\":1}");
            assertThat(deltas(streamed.body())).hasSize(16);
            assertThat(String.join("", deltas(streamed.body()))).isEqualTo(BenchModel.text(16, 7));
            var call = Call.of(path, shape, "bench-d0-n16-g0-s7+fail=reset+at=5", "x", true);
            assertThatThrownBy(() -> post(vendor, call)).isInstanceOf(IOException.class);
            var broken = calls(vendor, 1).getFirst();
            assertThat(broken.path("outcome").asText()).isEqualTo("broken");
            assertThat(broken.path("sent_tokens").asInt()).isEqualTo(5);
        }
    }

    @Test
    void tellsTheUsageToThoseWhoAsk() throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var asked = post(vendor, Call.of(CHAT, SHAPE, "bench-d0-n2-g0-i33", "x", true, USAGE));
            var silent = post(vendor, Call.of(CHAT, SHAPE, "bench-d0-n2-g0-i33", "x", true));
            assertThat(VendorCalls.datas(asked.body())
                            .getLast()
                            .path("usage")
                            .path("prompt_tokens")
                            .asInt())
                    .isEqualTo(33);
            assertThat(silent.body()).doesNotContain("usage").endsWith("data: [DONE]\n\n");
            assertThat(calls(vendor, 0))
                    .allSatisfy(call ->
                            assertThat(call.path("input_tokens").asInt()).isEqualTo(33));
        }
    }

    @Test
    void keepsThePace() throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            long start = System.nanoTime();
            var streamed = post(vendor, Call.of(CHAT, SHAPE, "bench-d30-n4-g10", "x", true));
            var took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(String.join("", deltas(streamed.body()))).isEqualTo(BenchModel.text(4, 8));
            assertThat(took).isGreaterThanOrEqualTo(Duration.ofMillis(60));
            start = System.nanoTime();
            post(vendor, Call.of(CHAT, SHAPE, "bench-d30-n4-g10", "x", false));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(60));
        }
    }

    @Test
    void knowsHowFarItCameWhenTheClientLeaves() throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var call = Call.of(CHAT, SHAPE, "bench-d0-n2-g3600000", "x", true);
            try (var lines = VendorCalls.lines(call.to(vendor)).body()) {
                assertThat(lines.filter(line -> line.contains("\"1 2 3 4 \"")).findFirst())
                        .isPresent();
            }
            await().until(() -> !calls(vendor, 0).isEmpty());
            var broken = calls(vendor, 0).getFirst();
            assertThat(broken.path("outcome").asText()).isEqualTo("broken");
            assertThat(broken.path("status").asInt()).isEqualTo(200);
            assertThat(broken.path("sent_tokens").asInt()).isEqualTo(1);
            assertThat(broken.path("output_tokens").asInt()).isZero();
        }
    }

    @Test
    void refusesANameItCannotRead() throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            assertThat(post(vendor, Call.of(CHAT, SHAPE, "bench-fast", "x", true))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(post(vendor, Call.of(CHAT, SHAPE, "bench-d0-n1-g0-s0", "x", true))
                            .body())
                    .contains("s must be 1..65536");
        }
    }

    @Test
    void readsOnlyWhatItNeedsOfARequest() {
        assertThat(RequestScan.of(
                        ("{\"messages\":[{\"model\":\"no\",\"stream\":false}],\"stream_options\":{\"x\":{\"include_usage\":false},"
                                        + "\"include_usage\":true},\"stream\":true,\"model\":\"yes\",\"local\":{}}")
                                .getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new RequestScan("yes", true, true, true));
        assertThat(RequestScan.of(new byte[] {'[', ']'})).isEqualTo(RequestScan.NONE);
        assertThat(RequestScan.of(new byte[] {'{', '"', 'a', '"', ':'})).isEqualTo(RequestScan.NONE);
    }
}

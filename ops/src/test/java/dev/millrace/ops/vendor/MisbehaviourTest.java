package dev.millrace.ops.vendor;

import static dev.millrace.ops.vendor.VendorCalls.VERTX;
import static dev.millrace.ops.vendor.VendorCalls.calls;
import static dev.millrace.ops.vendor.VendorCalls.deltas;
import static dev.millrace.ops.vendor.VendorCalls.post;
import static dev.millrace.ops.vendor.VendorCalls.send;
import static dev.millrace.ops.vendor.VendorCalls.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.ops.vendor.VendorCalls.Call;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that a call can be told to do, in every dialect, by each of the ways to tell it. */
final class MisbehaviourTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    /** How a call is told what to do. */
    enum Way {
        HEADER,
        MODEL,
        SCHEDULE
    }

    static Stream<Arguments> dialectsAndWays() {
        return VendorCalls.dialects()
                .flatMap(dialect ->
                        Stream.of(Way.values()).map(way -> Arguments.of(dialect.get()[0], dialect.get()[1], way)));
    }

    /** A streamed call of four words to which options apply, such as {@code fail=reset+at=2}. */
    private static HttpRequest.Builder call(MockVendor vendor, String path, String shape, Way way, String options)
            throws IOException, InterruptedException {
        var model = way == Way.MODEL ? "echo+" + options : "echo";
        var request = Call.of(path, shape, model, "one two three four", true).to(vendor);
        switch (way) {
            case HEADER ->
                request.header(
                        MockVendor.OPTIONS_HEADER, CallOptions.parse(options).toString());
            case SCHEDULE -> {
                var faults = "{\"seed\":1,\"rate\":1,\"failures\":[\"" + options + "\"]}";
                assertThat(send(HttpRequest.newBuilder(uri(vendor, "/mock/faults"))
                                        .PUT(HttpRequest.BodyPublishers.ofString(faults)))
                                .statusCode())
                        .isEqualTo(200);
            }
            case MODEL -> {}
        }
        return request;
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("dialectsAndWays")
    void refuses(String path, String shape, Way way) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var answer = send(call(vendor, path, shape, way, "fail=429+retry_after=3"));
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("retry-after")).contains("3");
            assertThat(calls(vendor, 0).getFirst().path("outcome").asText()).isEqualTo("refused");
        }
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("dialectsAndWays")
    void breaksOff(String path, String shape, Way way) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            for (var options : List.of("cut_at_byte=150+gap_millis=0", "fail=reset+at=2+gap_millis=0")) {
                var request = call(vendor, path, shape, way, options);
                assertThatThrownBy(() -> send(request)).isInstanceOf(IOException.class);
            }
            await().until(() -> calls(vendor, 0).size() == 2);
            assertThat(calls(vendor, 0))
                    .allSatisfy(
                            call -> assertThat(call.path("outcome").asText()).isEqualTo("broken"));
            assertThat(calls(vendor, 1).getFirst().path("sent_tokens").asInt()).isEqualTo(2);
            assertThat(calls(vendor, 1).getFirst().path("input_tokens").asInt()).isEqualTo(4);
        }
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("dialectsAndWays")
    void fallsSilent(String path, String shape, Way way) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var mute =
                    call(vendor, path, shape, way, "fail=hang_before_headers").timeout(SHORT);
            assertThatThrownBy(() -> send(mute)).isInstanceOf(HttpTimeoutException.class);
            await().until(() -> calls(vendor, 0).size() == 1);
            assertThat(calls(vendor, 0).getFirst().path("status").asInt()).isZero();
            var silent = call(vendor, path, shape, way, "fail=hang_mid_stream+at=2+gap_millis=0");
            try (var lines = VendorCalls.lines(silent).body()) {
                assertThat(lines.filter(line -> line.contains("\" two\"")).findFirst())
                        .isPresent();
            }
            await().until(() -> calls(vendor, 0).size() == 2);
            assertThat(calls(vendor, 1).getFirst().path("sent_tokens").asInt()).isEqualTo(2);
        }
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("dialectsAndWays")
    void trickles(String path, String shape, Way way) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var request = call(vendor, path, shape, way, "fail=trickle+at=1+gap_millis=0");
            try (var lines = VendorCalls.lines(request).body()) {
                assertThat(lines.filter(line -> line.startsWith(":")).findFirst())
                        .isPresent();
            }
            await().until(() -> calls(vendor, 0).size() == 1);
            assertThat(calls(vendor, 0).getFirst().path("outcome").asText()).isEqualTo("broken");
        }
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("dialectsAndWays")
    void saysAnErrorInTheStream(String path, String shape, Way way) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var streamed = send(call(vendor, path, shape, way, "fail=error_in_stream+at=2+gap_millis=0"));
            assertThat(streamed.statusCode()).isEqualTo(200);
            assertThat(deltas(streamed.body())).containsExactly("one", " two");
            assertThat(streamed.body()).contains("error").doesNotContain("[DONE]");
            assertThat(calls(vendor, 0).getFirst().path("sent_tokens").asInt()).isEqualTo(2);
        }
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("dialectsAndWays")
    void saysEverythingTwice(String path, String shape, Way way) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var streamed = send(call(vendor, path, shape, way, "duplicate+gap_millis=0"));
            assertThat(deltas(streamed.body()))
                    .containsExactly("one", "one", " two", " two", " three", " three", " four", " four");
            assertThat(calls(vendor, 0).getFirst().path("output_tokens").asInt())
                    .isEqualTo(4);
        }
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("dialectsAndWays")
    void takesItsTime(String path, String shape, Way way) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var request = call(vendor, path, shape, way, "accept_millis=20+first_token_millis=20+gap_millis=5");
            long start = System.nanoTime();
            assertThat(deltas(send(request).body())).hasSize(4);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(55));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.millrace.ops.vendor.VendorCalls#dialects")
    void saysAsMuchAsItIsTold(String path, String shape) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var named = post(vendor, Call.of(path, shape, "lorem+tokens=7+gap_millis=0", "x", true));
            assertThat(deltas(named.body())).hasSize(7);
            var told = post(vendor, Call.of(path, shape, "lorem", "x", true), "{\"tokens\":9,\"gap_millis\":0}");
            assertThat(deltas(told.body())).hasSize(9);
            var unknown = post(vendor, Call.of(path, shape, "lorem+token=7", "x", true));
            assertThat(unknown.statusCode()).isEqualTo(400);
            assertThat(unknown.body()).contains("no such option 'token'");
        }
    }
}

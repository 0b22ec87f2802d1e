package dev.millrace.ops.vendor;

import static dev.millrace.ops.vendor.VendorCalls.VERTX;
import static dev.millrace.ops.vendor.VendorCalls.deltas;
import static dev.millrace.ops.vendor.VendorCalls.post;
import static dev.millrace.ops.vendor.VendorCalls.send;
import static dev.millrace.ops.vendor.VendorCalls.uri;
import static dev.millrace.ops.vendor.VendorCalls.wholeText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.ops.vendor.VendorCalls.Call;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MockVendorTest {
    private static final String TOOL = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}";

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.millrace.ops.vendor.VendorCalls#dialects")
    void saysTheSameStreamedAndWholeInEveryDialect(String path, String shape) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            // When
            var whole = post(vendor, Call.of(path, shape, "echo", "one two three", false));
            var streamed = post(vendor, Call.of(path, shape, "echo", "one two three", true), "{\"gap_millis\":0}");
            // Then
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(wholeText(whole.body())).isEqualTo("one two three");
            assertThat(deltas(streamed.body())).containsExactly("one", " two", " three");
            var model = vendor.invoice().path("models").path("echo");
            assertThat(model.path("whole").asInt()).isEqualTo(2);
            assertThat(model.path("output_tokens").asInt()).isEqualTo(6);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.millrace.ops.vendor.VendorCalls#dialects")
    void breaksOffWhereItIsTold(String path, String shape) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var call = Call.of(path, shape, "echo", "one two three", true);
            assertThatThrownBy(() -> post(vendor, call, "{\"cut_at_byte\":150}"))
                    .isInstanceOf(IOException.class);
            assertThat(vendor.invoice()
                            .path("models")
                            .path("echo")
                            .path("broken")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.millrace.ops.vendor.VendorCalls#dialects")
    void failsInTheDialectsOwnWords(String path, String shape) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var call = Call.of(path, shape, "echo", "x", false);
            var answer = post(vendor, call, "{\"fail\":\"429\",\"retry_after\":\"3\"}");
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("retry-after")).contains("3");
            assertThat(Scripts.read(answer.body()).path("error").path("message").asText())
                    .isNotEmpty();
        }
    }

    @Test
    void callsTools() throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var tools = ",\"tool_choice\":{\"type\":\"any\"},\"tools\":[{\"name\":\"weather\",\"input_schema\":" + TOOL
                    + "}]";
            var shape = "{\"max_tokens\":99,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],%s}";
            var whole = post(vendor, Call.of("/v1/messages", shape, "echo", "Oslo", false, tools));
            var block = Scripts.read(whole.body()).path("content").path(0);
            assertThat(block.path("type").asText()).isEqualTo("tool_use");
            assertThat(block.path("name").asText()).isEqualTo("weather");
            assertThat(block.path("input").path("city").isTextual()).isTrue();
        }
    }

    @Test
    void theSameSeedFailsTheSameCalls() {
        var some = new FaultSchedule(7, 0.3, List.of("503", "truncate"));
        var again = new FaultSchedule(7, 0.3, List.of("503", "truncate"));
        var options = new ArrayList<JsonNode>();
        for (long call = 0; call < 1000; call++) {
            options.add(some.options(call));
            assertThat(again.options(call)).isEqualTo(options.getLast());
        }
        assertThat(options.stream().filter(one -> one.has("fail")).count()).isBetween(220L, 380L);
        assertThat(FaultSchedule.NONE.options(3)).isEmpty();
    }

    @Test
    void drawsWhatHasNoValueOfItsOwn() {
        var names =
                List.of("cut_at_byte", "accept_millis", "first_token_millis", "gap_millis", "fail=429+retry_after=3");
        var all = new FaultSchedule(7, 1, names);
        var drawn = new HashSet<String>();
        for (long call = 0; call < 200; call++) {
            var options = all.options(call);
            options.fieldNames().forEachRemaining(drawn::add);
            assertThat(options.path("cut_at_byte").asInt()).isBetween(0, 1023);
            assertThat(options.path("accept_millis").asInt()).isBetween(0, 2000);
        }
        assertThat(drawn)
                .containsExactlyInAnyOrder(
                        "cut_at_byte", "accept_millis", "first_token_millis", "gap_millis", "fail", "retry_after");
    }

    @Test
    void refusesAScheduleItCannotKeep() throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var request = HttpRequest.newBuilder(uri(vendor, "/mock/faults"))
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"rate\":0.1,\"failures\":[\"explode\"]}"));
            var answer = send(request);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("explode");
        }
    }
}

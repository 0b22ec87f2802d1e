package dev.millrace.ops.vendor;

import static dev.millrace.ops.vendor.VendorCalls.VERTX;
import static dev.millrace.ops.vendor.VendorCalls.calls;
import static dev.millrace.ops.vendor.VendorCalls.get;
import static dev.millrace.ops.vendor.VendorCalls.post;
import static dev.millrace.ops.vendor.VendorCalls.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.ops.vendor.ServedCall.Begun;
import dev.millrace.ops.vendor.ServedCall.Outcome;
import dev.millrace.ops.vendor.VendorCalls.Call;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ServedCallsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String SHAPE = "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],%s}";

    private static ServedCall call(long number) {
        return new ServedCall(
                new Begun(number, "m" + number % 3, "job-" + number, 2, 1_000_000_000_000L + number),
                Outcome.WHOLE,
                200,
                number,
                7,
                7,
                1_000_000_000_005L + number);
    }

    @Test
    void pagesThroughAllCalls() {
        var log = new CallLog(20_000);
        for (long i = 0; i < 20_000; i++) {
            assertThat(log.add(call(i))).isEqualTo(i + 1);
        }
        long last = 0;
        for (var page = log.after(last, 3000); !page.isEmpty(); page = log.after(last, 3000)) {
            for (var line : page.lines().map(Scripts::read).toList()) {
                assertThat(line.path("number").asLong()).isEqualTo(++last);
                assertThat(line.path("marker").asText()).isEqualTo("job-" + (last - 1));
                assertThat(line.path("model").asText()).isEqualTo("m" + (last - 1) % 3);
                assertThat(line.path("input_tokens").asLong()).isEqualTo(last - 1);
                assertThat(line.path("end_millis").asLong()
                                - line.path("start_millis").asLong())
                        .isEqualTo(5);
            }
        }
        assertThat(last).isEqualTo(20_000);
    }

    @Test
    void forgetsTheOldest() {
        var log = new CallLog(4096);
        for (long i = 0; i < 3 * 4096; i++) {
            log.add(call(i));
        }
        var first = Scripts.read(log.after(0, 1));
        assertThat(first.path("number").asLong()).isEqualTo(4097);
        assertThat(log.after(3 * 4096, 10)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.millrace.ops.vendor.VendorCalls#dialects")
    void knowsACallByTheMarkerInItsPrompt(String path, String shape) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            post(vendor, Call.of(path, shape, "echo", "job-marker:old then job-marker:a_B-9. end", false));
            post(vendor, Call.of(path, shape, "bench-d0-n3-g0", "job-marker:fast", true));
            post(vendor, Call.of(path, shape, "echo+fail=503", "job-marker:refused", false));
            assertThat(calls(vendor, 0).stream().map(call -> call.path("marker").asText()))
                    .containsExactly("a_B-9", "fast", "refused");
            assertThat(calls(vendor, 2).getFirst().path("status").asInt()).isEqualTo(503);
            assertThat(calls(vendor, 2).getFirst().path("outcome").asText()).isEqualTo("refused");
            assertThat(calls(vendor, 3)).isEmpty();
        }
    }

    @Test
    void knowsACallByItsHeaders() throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var call = Call.of(CHAT, SHAPE, "bench-d0-n1-g0", "x", false);
            send(call.to(vendor).header("idempotency-key", "key \"1\"").header("x-millrace-attempt", "3"));
            send(call.to(vendor).header("idempotency-key", "key").header("x-mock-marker", "mine"));
            assertThat(calls(vendor, 0).getFirst().path("marker").asText()).isEqualTo("key \"1\"");
            assertThat(calls(vendor, 0).getFirst().path("attempt").asInt()).isEqualTo(3);
            assertThat(calls(vendor, 1).getFirst().path("marker").asText()).isEqualTo("mine");
            assertThat(calls(vendor, 1).getFirst().path("attempt").asInt()).isZero();
            assertThat(get(vendor, "/mock/calls?after=x").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void appendsToAFile(@TempDir Path folder) throws Exception {
        var file = folder.resolve("invoice.jsonl");
        Files.writeString(file, "{\"number\":0}\n");
        try (var vendor = MockVendor.withInvoice(VERTX, 0, 1, null, file)) {
            post(vendor, Call.of(CHAT, SHAPE, "bench-d0-n3-g0", "job-marker:one", true));
            await().until(() -> Files.readAllLines(file).size() == 2);
            post(vendor, Call.of(CHAT, SHAPE, "echo+fail=429", "job-marker:two", true));
        }
        var lines = Files.readAllLines(file).stream().map(Scripts::read).toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1).path("marker").asText()).isEqualTo("one");
        assertThat(lines.get(1).path("output_tokens").asInt()).isEqualTo(3);
        assertThat(lines.get(2).path("status").asInt()).isEqualTo(429);
    }
}

package dev.millrace.ingress.http;

import static dev.millrace.ingress.http.TestDoor.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes in, the server never says that something went wrong on its side. Replay one run with {@code -Dseed=}. */
class HttpFuzzTest {
    private static final int REQUESTS_PER_SEED = 150;
    private static final List<String> PATHS =
            List.of(CHAT, "/v1/jobs", "/v1/keys", "/v1/models/%2e%2e/", "/v1/jobs/%2f");
    private static final List<String> METHODS = List.of("POST", "POST", "POST", "DELETE", "PUT", "GET");
    private static final List<String> HEADERS = List.of(
            "idempotency-key",
            "traceparent",
            "tracestate",
            "millrace-fallbacks",
            "millrace-metadata",
            "millrace-deadline",
            "millrace-priority",
            "millrace-total-timeout",
            "content-type",
            "x-api-key",
            "last-event-id");
    private static final String BODY = """
            {"model":"local/echo","messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],
             "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"tool_choice":"auto",
             "temperature":0.5,"stop":["a"],"logit_bias":{"1":2},"metadata":{"a":"b"},"millrace":{"priority":1}}""";

    static LongStream seeds() {
        var one = Long.getLong("seed");
        return one == null ? new SplittableRandom().longs(4) : LongStream.of(one);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void neverFails(long seed) {
        var random = new SplittableRandom(seed);
        try (var door = new TestDoor().answering("x")) {
            for (int i = 0; i < REQUESTS_PER_SEED; i++) {
                var request = door.request(PATHS.get(random.nextInt(PATHS.size())))
                        .method(METHODS.get(random.nextInt(METHODS.size())), BodyPublishers.ofByteArray(body(random)));
                if (random.nextBoolean()) {
                    request.setHeader(HEADERS.get(random.nextInt(HEADERS.size())), text(random));
                }
                assertThat(door.send(request).statusCode()).isLessThan(500);
            }
        }
    }

    private static byte[] body(SplittableRandom random) {
        var body = BODY.getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(4); i > 0; i--) {
            body[random.nextInt(body.length)] = (byte) random.nextInt(256);
        }
        return body;
    }

    private static String text(SplittableRandom random) {
        return random.ints(random.nextInt(1, 40), 0x20, 0x7f)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}

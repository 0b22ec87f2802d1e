package dev.millrace.ops.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class MockVendorTest {
    private static final String TOOL = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}";
    private static final Vertx VERTX = Vertx.vertx();

    private final HttpClient client = HttpClient.newHttpClient();

    @AfterAll
    static void close() {
        VERTX.close().await();
    }

    static Stream<Arguments> dialects() {
        return Stream.of(
                Arguments.of("/v1/chat/completions", "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],%s}"),
                Arguments.of(
                        "/v1/messages", "{\"max_tokens\":99,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],%s}"),
                Arguments.of("/v1/responses", "{\"input\":\"%s\",%s}"),
                Arguments.of(
                        "/v1beta/models/echo:generateContent",
                        "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"%s\"}]}],%s}"));
    }

    private static String body(String shape, String text, boolean stream, String more) {
        return shape.formatted(text, "\"model\":\"echo\",\"stream\":" + stream + more);
    }

    private static String path(String path, boolean stream) {
        return stream ? path.replace(":generateContent", ":streamGenerateContent?alt=sse") : path;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dialects")
    void saysTheSameStreamedAndWholeInEveryDialect(String path, String shape) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            // When
            var whole = post(vendor, path, body(shape, "one two three", false, ""), "");
            var streamed = post(vendor, path(path, true), body(shape, "one two three", true, ""), "{\"gap_millis\":0}");
            // Then
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(texts(Scripts.read(whole.body()))).isEqualTo("one two three");
            var said = new StringBuilder();
            for (var data : datas(streamed.body())) {
                said.append(streamText(data));
            }
            assertThat(said.toString()).isEqualTo("one two three");
            var model = vendor.invoice().path("models").path("echo");
            assertThat(model.path("whole").asInt()).isEqualTo(2);
            assertThat(model.path("output_tokens").asInt()).isEqualTo(6);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dialects")
    void breaksOffWhereItIsTold(String path, String shape) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var body = body(shape, "one two three", true, "");
            assertThatThrownBy(() -> post(vendor, path(path, true), body, "{\"cut_at_byte\":150}"))
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
    @MethodSource("dialects")
    void failsInTheDialectsOwnWords(String path, String shape) throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var answer = post(vendor, path, body(shape, "x", false, ""), "{\"fail\":\"429\",\"retry_after\":\"3\"}");
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
            var whole = post(vendor, "/v1/messages", body(shape, "Oslo", false, tools), "");
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
    void refusesAScheduleItCannotKeep() throws Exception {
        try (var vendor = new MockVendor(VERTX, 0, 1, null)) {
            var request = HttpRequest.newBuilder(uri(vendor, "/mock/faults"))
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"rate\":0.1,\"failures\":[\"explode\"]}"))
                    .build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("explode");
        }
    }

    private HttpResponse<String> post(MockVendor vendor, String path, String body, String options)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri(vendor, path)).POST(HttpRequest.BodyPublishers.ofString(body));
        if (!options.isEmpty()) {
            request.header(MockVendor.OPTIONS_HEADER, options);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(MockVendor vendor, String path) {
        return URI.create("http://127.0.0.1:" + vendor.port() + path);
    }

    private static List<JsonNode> datas(String body) {
        return body.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> Scripts.read(line.substring(6)))
                .toList();
    }

    private static String texts(JsonNode whole) {
        return whole.path("choices").path(0).path("message").path("content").asText("")
                + Nodes.text(whole.path("content"))
                + Nodes.text(whole.path("candidates").path(0).path("content").path("parts"))
                + Nodes.text(whole.path("output").path(0).path("content"));
    }

    private static String streamText(JsonNode event) {
        var type = event.path("type").asText();
        if (type.equals("response.output_text.delta")) {
            return event.path("delta").asText();
        }
        if (!type.isEmpty()) {
            return event.path("delta").path("text").asText("");
        }
        return event.path("choices").path(0).path("delta").path("content").asText("")
                + Nodes.text(event.path("candidates").path(0).path("content").path("parts"));
    }
}

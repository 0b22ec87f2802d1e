package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Calls of a mock vendor in four dialects. */
final class VendorCalls {
    static final Vertx VERTX = Vertx.vertx();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private VendorCalls() {}

    /** Path, and body with places for the prompt and for further members, of each dialect; {@code MODEL} stands in one of them. */
    static Stream<Arguments> dialects() {
        return Stream.of(
                Arguments.of("/v1/chat/completions", "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],%s}"),
                Arguments.of(
                        "/v1/messages", "{\"max_tokens\":99,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],%s}"),
                Arguments.of("/v1/responses", "{\"input\":\"%s\",%s}"),
                Arguments.of(
                        "/v1beta/models/MODEL:generateContent",
                        "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"%s\"}]}],%s}"));
    }

    /** A call of a model. */
    record Call(String path, String body) {
        static Call of(String path, String shape, String model, String text, boolean stream) {
            return of(path, shape, model, text, stream, "");
        }

        static Call of(String path, String shape, String model, String text, boolean stream, String more) {
            var verb = stream ? ":streamGenerateContent?alt=sse" : ":generateContent";
            return new Call(
                    path.replace("MODEL", model).replace(":generateContent", verb),
                    shape.formatted(text, "\"model\":\"" + model + "\",\"stream\":" + stream + more));
        }

        HttpRequest.Builder to(MockVendor vendor) {
            return HttpRequest.newBuilder(uri(vendor, path)).POST(HttpRequest.BodyPublishers.ofString(body));
        }
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static HttpResponse<String> post(MockVendor vendor, Call call) throws IOException, InterruptedException {
        return send(call.to(vendor));
    }

    static HttpResponse<String> post(MockVendor vendor, Call call, String options)
            throws IOException, InterruptedException {
        return send(call.to(vendor).header(MockVendor.OPTIONS_HEADER, options));
    }

    /** The lines of a reply as they come; closing it closes the connection. */
    static HttpResponse<Stream<String>> lines(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofLines());
    }

    static HttpResponse<String> get(MockVendor vendor, String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(vendor, path)));
    }

    /** The calls of one page of the invoice. */
    static List<JsonNode> calls(MockVendor vendor, long after) throws IOException, InterruptedException {
        return get(vendor, "/mock/calls?after=" + after)
                .body()
                .lines()
                .map(Scripts::read)
                .toList();
    }

    static URI uri(MockVendor vendor, String path) {
        return URI.create("http://127.0.0.1:" + vendor.port() + path);
    }

    static List<JsonNode> datas(String body) {
        return body.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> Scripts.read(line.substring(6)))
                .toList();
    }

    /** What a whole reply says, in whichever dialect. */
    static String wholeText(String body) {
        var whole = Scripts.read(body);
        return whole.path("choices").path(0).path("message").path("content").asText("")
                + Nodes.text(whole.path("content"))
                + Nodes.text(whole.path("candidates").path(0).path("content").path("parts"))
                + Nodes.text(whole.path("output").path(0).path("content"));
    }

    /** What the deltas of a streamed reply say, those that say nothing left out. */
    static List<String> deltas(String body) {
        return datas(body).stream()
                .map(VendorCalls::delta)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static String delta(JsonNode event) {
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

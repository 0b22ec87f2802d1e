package dev.millrace.ops.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.millrace.job.JobId;
import dev.millrace.ops.stack.SharedStack;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is sent to the HTTP door is answered with a clear error, and the next call is served. */
final class GarbageOverHttpIT {
    @RegisterExtension
    static final SharedStack STACK = new SharedStack();

    private static final String CHAT = "/v1/chat/completions";
    private static final int TEN_MEGABYTES = 10 * 1024 * 1024;

    private final HttpDoor door = HttpDoor.of(STACK.endpoints());

    @AfterEach
    void servesTheNextCall() {
        var answer = door.chat(Script.ECHO.body("still here?", false, Map.of()));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.chatText()).isEqualTo("still here?");
    }

    private static String chat(String members) {
        return "{\"model\":\"local/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + members + "}";
    }

    static Stream<Arguments> badBodies() {
        var deep = "[".repeat(100_000);
        return Stream.of(
                arguments(named("nothing", ""), "invalid_json", ""),
                arguments(named("half an object", "{\"model\":"), "invalid_json", ""),
                arguments(named("a list", "[]"), "invalid_json", ""),
                arguments(named("a repeated member", chat("\"n\":1,\"n\":2")), "invalid_json", ""),
                arguments(named("two objects", chat("\"n\":1") + "{}"), "invalid_json", ""),
                arguments(named("an abyss", "{\"messages\":" + deep), "invalid_request", ""),
                arguments(named("a number of 1 MB", chat("\"seed\":" + "9".repeat(1 << 20))), "invalid_request", ""),
                arguments(named("no model", "{\"messages\":[]}"), "invalid_request", "model"),
                arguments(named("a model that is a number", "{\"model\":7}"), "invalid_request", "model"),
                arguments(named("no messages", "{\"model\":\"local/echo\"}"), "invalid_request", "messages"),
                arguments(
                        named("messages that are text", "{\"model\":\"local/echo\",\"messages\":\"hi\"}"),
                        "invalid_request",
                        "messages"),
                arguments(
                        named("an empty conversation", "{\"model\":\"local/echo\",\"messages\":[]}"),
                        "invalid_request",
                        "messages"),
                arguments(
                        named("a role nobody has", "{\"model\":\"local/echo\",\"messages\":[{\"role\":\"miller\"}]}"),
                        "invalid_request",
                        "messages[0].role"),
                arguments(named("half a character", chat("\"user\":\"\\ud83d\"")), "invalid_json", "user"),
                arguments(
                        named("a temperature of words", chat("\"temperature\":\"hot\"")),
                        "invalid_request",
                        "temperature"),
                arguments(
                        named("an option nobody knows", chat("\"millrace\":{\"speed\":9}")),
                        "invalid_request",
                        "millrace.speed"),
                arguments(
                        named("a deadline in the past", chat("\"millrace\":{\"deadline\":1}")),
                        "invalid_request",
                        "millrace.deadline"),
                arguments(
                        named("a timeout of words", chat("\"millrace\":{\"total_timeout\":\"soon\"}")),
                        "invalid_request",
                        "millrace.total_timeout"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badBodies")
    void saysWhatIsWrongWithABody(String body, String code, String param) {
        for (var path : new String[] {CHAT, "/v1/jobs"}) {
            var answer = door.post(path, body);
            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
            assertThat(answer.errorCode()).as(answer.body()).isEqualTo(code);
            var json = answer.json();
            var named =
                    json.path("error").path("param").asText(json.path("param").asText(""));
            if (!param.isEmpty()) {
                assertThat(named).as(answer.body()).isEqualTo(param);
            }
        }
    }

    @Test
    void refusesBytesThatAreNoText() {
        var body = BodyPublishers.ofByteArray(chat("\"user\":\"\u00e9\"").getBytes(ISO_8859_1));
        var answer = door.post(CHAT, body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("invalid_json");
    }

    static Stream<Arguments> tenMegabytes() {
        var bytes = chat("\"user\":\"" + "x".repeat(TEN_MEGABYTES) + "\"").getBytes(UTF_8);
        return Stream.of(
                arguments(named("announced", BodyPublishers.ofByteArray(bytes))),
                arguments(named("chunked", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tenMegabytes")
    void refusesTenMegabytes(BodyPublisher body) {
        var answer = door.post(CHAT, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(413);
        assertThat(answer.errorCode()).isEqualTo("request_too_large");
    }

    @Test
    void refusesABodyOfAnotherKind() {
        var request = door.request(CHAT).POST(BodyPublishers.ofString("hi")).header("content-type", "text/plain");
        var answer = door.send(request);
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.errorCode()).isEqualTo("unsupported_media_type");
    }

    @ParameterizedTest(name = "{index}")
    @CsvSource({
        "Bearer mrk_0000000000000000_00_00",
        "Bearer sk-proj-somebody-elses",
        "Bearer",
        "Basic dXNlcjpwYXNz",
        "''"
    })
    void refusesWhoeverHasNoKey(String authorization) {
        for (var path : new String[] {"/v1/models", "/v1/jobs", "/v1/credits", "/v1/keys"}) {
            var request = door.request(path).GET().setHeader("authorization", authorization);
            var answer = door.send(request);
            assertThat(answer.status()).as(answer.body()).isEqualTo(401);
            assertThat(answer.errorCode()).isEqualTo("authentication_failed");
            assertThat(answer.header("www-authenticate")).startsWith("Bearer");
        }
    }

    @Test
    void deniesAdministrationToAnOrdinaryKey() {
        var answer = door.post("/v1/keys", "{\"account\":\"somebody\"}");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.errorCode()).isEqualTo("permission_denied");
    }

    @Test
    void keepsTheJobsOfOneAccountFromAnother() {
        // Given
        var admin = new HttpDoor(STACK.http(), STACK.adminKey());
        var made = admin.post("/v1/keys", "{\"account\":\"neighbour\"}");
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        var neighbour = new HttpDoor(STACK.http(), made.json().path("key").asText());
        var mine = door.chat(Script.ECHO.body("mine", false, Map.of())).jobId();
        // When, Then
        assertThat(door.get("/v1/jobs/" + mine).status()).isEqualTo(200);
        assertThat(neighbour.get("/v1/jobs/" + mine).status()).isEqualTo(404);
        assertThat(neighbour.get("/v1/jobs/" + mine + "/events").status()).isEqualTo(404);
        assertThat(neighbour.delete("/v1/jobs/" + mine).status()).isEqualTo(404);
    }

    @Test
    void namesModelsThatAreNearTheUnknownOne() {
        var answer = door.chat(Script.ECHO.body("hi", true, Map.of()).replace("local/echo", "openai/gpt-4o-minni"));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.errorCode()).isEqualTo("model_not_found");
        assertThat(answer.body()).contains("openai/gpt-4o-mini");
    }

    @Test
    void refusesAFallbackThatDoesNotExist() {
        var answer = door.chat(chat("\"millrace\":{\"fallbacks\":[\"nobody/nothing\"]}"));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).contains("millrace.fallbacks[0]");
    }

    @Test
    void refusesAnIdempotencyKeyThatIsNone() {
        for (var key : new String[] {"", "k".repeat(256)}) {
            var answer = door.chat(chat("\"n\":1"), "Idempotency-Key", key);
            assertThat(answer.status()).as("%s: %s", key, answer.body()).isEqualTo(400);
            assertThat(answer.errorCode()).isEqualTo("invalid_request");
        }
    }

    @Test
    void tellsARepeatedSubmitFromAReusedKey() {
        // Given
        var key = UUID.randomUUID().toString();
        var first = door.post("/v1/jobs", Script.ECHO.body("once", false, Map.of()), "Idempotency-Key", key);
        assertThat(first.status()).as(first.body()).isEqualTo(202);
        // When
        var again = door.post("/v1/jobs", Script.ECHO.body("once", false, Map.of()), "Idempotency-Key", key);
        var chat = door.chat(Script.ECHO.body("once", false, Map.of()), "Idempotency-Key", key);
        var other = door.post("/v1/jobs", Script.ECHO.body("twice", false, Map.of()), "Idempotency-Key", key);
        // Then
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.json().path("id").asText())
                .isEqualTo(first.json().path("id").asText());
        assertThat(again.json().path("replayed").asBoolean()).isTrue();
        assertThat(chat.status()).as(chat.body()).isEqualTo(200);
        assertThat(chat.chatText()).isEqualTo("once");
        assertThat(other.status()).as(other.body()).isEqualTo(422);
        assertThat(other.errorCode()).isEqualTo("idempotency_conflict");
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "GET, /, 404",
        "GET, /v1/nothing, 404",
        "POST, /v1/chat/completions/more, 404",
        "GET, /v2/chat/completions, 404",
        "GET, /v1/chat/completions, 405",
        "PUT, /v1/jobs, 405",
        "PATCH, /v1/models, 405",
        "GET, /v1/jobs/job_00000000000070008000000000000000_0, 410",
        "GET, /v1/jobs/no%20such%20id, 404",
        "GET, /v1/jobs/..%2f..%2fetc%2fpasswd, 404",
        "GET, /v1/jobs/no-such-job/events, 404",
        "DELETE, /v1/jobs/no-such-job, 404",
        "GET, /v1/models/no/such/model, 404",
    })
    void answersUnknownRoutesAndMethods(String method, String path, int status) {
        var answer = door.send(method, path, "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.errorCode()).as(answer.body()).isNotEmpty();
    }

    @Test
    void knowsNoJobThatNeverWas() {
        var answer = door.get("/v1/jobs/" + JobId.create(0));
        assertThat(answer.status()).as(answer.body()).isEqualTo(404);
        assertThat(answer.errorCode()).isEqualTo("job_not_found");
    }

    @Test
    void refusesAnEventIdThatIsNone() {
        var job = door.chat(Script.ECHO.body("a job", false, Map.of())).jobId();
        for (var id : new String[] {"x", "-7", "99999999999999999999"}) {
            var answer =
                    door.send(door.request("/v1/jobs/" + job + "/events").GET().header("Last-Event-ID", id));
            assertThat(answer.status()).as("%s: %s", id, answer.body()).isEqualTo(400);
        }
    }

    @ParameterizedTest(name = "{index}")
    @CsvSource({
        "'\u0000\u0001\u0002\u0003garbage'",
        "'GET / HTTP/9.9\r\n\r\n'",
        "'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n'",
        "'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzzz\r\n'",
    })
    void hangsUpOnWhatIsNotHttp(String bytes) throws IOException {
        assertThat(rawExchange(bytes))
                .satisfiesAnyOf(
                        answer -> assertThat(answer).isEmpty(),
                        answer -> assertThat(answer).matches("(?s)HTTP/[0-9.]+ [45][0-9][0-9] .*"));
    }

    @Test
    void refusesHeadersWithoutEnd() throws IOException {
        var request = "GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(200_000) + "\r\n\r\n";
        assertThat(rawExchange(request))
                .satisfiesAnyOf(
                        answer -> assertThat(answer).isEmpty(),
                        answer -> assertThat(answer).contains(" 431 "));
    }

    /** Sends bytes and reads until the server hangs up. */
    private String rawExchange(String bytes) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(STACK.http().getHost(), STACK.http().getPort()));
            socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
            try {
                socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
                socket.getOutputStream().flush();
                socket.shutdownOutput();
                return new String(readAll(socket.getInputStream()), ISO_8859_1);
            } catch (SocketException reset) {
                return ""; // hung up while we were still sending
            }
        }
    }

    private static byte[] readAll(InputStream in) throws IOException {
        return in.readNBytes(1 << 16);
    }
}

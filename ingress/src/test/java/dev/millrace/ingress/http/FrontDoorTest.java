package dev.millrace.ingress.http;

import static dev.millrace.ingress.http.TestDoor.BODY;
import static dev.millrace.ingress.http.TestDoor.CHAT;
import static dev.millrace.ingress.http.TestDoor.STREAM;
import static dev.millrace.ingress.http.TestDoor.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections, bodies and paths. */
class FrontDoorTest {
    private static final int TEN_MIB = 10 << 20;

    private TestDoor door = new TestDoor();

    @AfterEach
    void close() {
        door.close();
    }

    /** Sends bytes on a bare connection and reads until the server closes it. */
    private String raw(String bytes) throws IOException {
        try (var socket = door.socket()) {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private String head(String more) {
        return "POST " + CHAT + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + door.userKey + "\r\n" + more
                + "\r\n";
    }

    @Test
    void cutsABodyThatAnnouncesItsSize() {
        var response = door.send(door.post(CHAT, BodyPublishers.ofByteArray(new byte[TEN_MIB])));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(json(response).at("/error/code").asText()).isEqualTo("request_too_large");
        assertThat(json(response).at("/error/message").asText()).contains("8388608");
    }

    @Test
    void cutsABodyThatDoesNotAnnounceItsSize() {
        var response = door.send(
                door.post(CHAT, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[TEN_MIB]))));

        assertThat(response.statusCode()).isEqualTo(413);
    }

    @Test
    void refusesATooLargeBodyBeforeItIsSent() throws IOException {
        try (var socket = door.socket()) {
            socket.getOutputStream()
                    .write(head("content-length: " + TEN_MIB + "\r\nexpect: 100-continue\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void invitesABodyThatFits() throws IOException {
        door.answering("x");
        try (var socket = door.socket()) {
            socket.getOutputStream()
                    .write(head("content-length: " + BODY.length() + "\r\nexpect: 100-continue\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(25), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            socket.getOutputStream().write(BODY.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200");
        }
    }

    @Test
    void takesABodyUpToTheLimit() {
        var padding = " ".repeat(8_388_608 - BODY.length());

        assertThat(door.answering("x").send(door.post(CHAT, BODY + padding)).statusCode())
                .isEqualTo(200);
        assertThat(door.send(door.post(CHAT, BODY + padding + " ")).statusCode())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/json; charset=utf-16",
                "multipart/form-data"
            })
    void refusesBodiesThatAreNotJson(String type) {
        var response = door.send(door.post(CHAT, BODY).setHeader("content-type", type));

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(json(response).at("/error/code").asText()).isEqualTo("unsupported_media_type");
    }

    @Test
    void refusesCompressedBodies() {
        assertThat(door.send(door.post(CHAT, BODY).header("content-encoding", "gzip"))
                        .statusCode())
                .isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json; charset=UTF-8", "application/problem+json"})
    void takesEveryKindOfJson(String type) {
        assertThat(door.answering("x")
                        .send(door.post(CHAT, BODY).setHeader("content-type", type))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions,POST",
        "/v1/models,GET",
        "/v1/jobs,'GET, POST'",
        "/v1/jobs/job-1,'DELETE, GET'",
        "/v1/keys,'GET, POST'"
    })
    void namesTheMethodsOfAPath(String path, String allowed) {
        var response = door.send(door.request(path).method("PATCH", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow")).contains(allowed);
        assertThat(response.body()).contains("method_not_allowed");
    }

    @Test
    void answersUnknownPathsInTheirDialect() {
        var openai = door.send(door.request("/v1/nothing"));
        assertThat(openai.statusCode()).isEqualTo(404);
        assertThat(json(openai).at("/error/code").asText()).isEqualTo("not_found");

        var problem = door.send(door.request("/v1/jobs/a/b/c"));
        assertThat(problem.statusCode()).isEqualTo(404);
        assertThat(json(problem).path("code").asText()).isEqualTo("not_found");
    }

    @Test
    void answersRequestsBeyondTheLimitsOfHttp() throws IOException {
        assertThat(raw("GET /" + "x".repeat(5000) + " HTTP/1.1\r\nhost: x\r\n\r\n"))
                .contains(" 414 ", "request_too_large");
        assertThat(raw("GET / HTTP/1.1\r\nhost: x\r\nx: " + "x".repeat(20_000) + "\r\n\r\n"))
                .contains(" 431 ", "request_too_large");
        assertThat(raw("NONSENSE\r\n\r\n")).contains(" 400 ", "invalid_request");
        assertThat(raw("GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 4");
    }

    @Test
    void closesConnectionsThatNeverAsk() throws IOException {
        withTimeouts(Duration.ofMillis(100), Duration.ofSeconds(10), Duration.ofSeconds(10));

        assertThat(raw("")).isEmpty();
        assertThat(raw("POST " + CHAT + " HTTP/1.1\r\nhost: x\r\n")).isEmpty();
    }

    @Test
    void closesConnectionsThatDoNotAskAgain() throws IOException {
        withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(100));

        assertThat(raw("GET /v1/nothing HTTP/1.1\r\nhost: x\r\n\r\n")).startsWith("HTTP/1.1 404");
    }

    @Test
    void givesUpOnABodyThatTrickles() throws IOException {
        withTimeouts(Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofSeconds(10));

        assertThat(raw(head("content-length: 100\r\n") + "{"))
                .startsWith("HTTP/1.1 408")
                .contains("request_timeout");
    }

    @Test
    void doesNotCutAnAnswerThatTakesItsTime() {
        withTimeouts(Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofMillis(100));
        door.log.then = request -> door.vertx.setTimer(400, _ -> door.jobs.answer(request.getJobId(), "late"));

        assertThat(door.send(door.post(CHAT, BODY)).body()).contains("late");
    }

    private void withTimeouts(Duration head, Duration body, Duration keepAlive) {
        door.close();
        door = new TestDoor(Configs.withTimeouts(head, body, keepAlive));
    }

    @Test
    void sharesNothingWithBrowsersUnlessToldTo() {
        var preflight = door.request(CHAT)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("origin", "https://app.example")
                .header("access-control-request-method", "POST");
        assertThat(door.send(preflight).headers().firstValue("access-control-allow-origin"))
                .isEmpty();

        door.close();
        door = new TestDoor(Configs.withOrigins("https://app.example"));
        var allowed = door.send(door.request(CHAT)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("origin", "https://app.example")
                .header("access-control-request-method", "POST"));
        assertThat(allowed.statusCode()).isEqualTo(204);
        assertThat(allowed.headers().firstValue("access-control-allow-origin")).contains("https://app.example");
        var foreign = door.send(door.post(CHAT, BODY).header("origin", "https://evil.example"));
        assertThat(foreign.headers().firstValue("access-control-allow-origin")).isEmpty();
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(json(foreign).at("/error/code").asText()).isEqualTo("permission_denied");
    }

    @Test
    void letsAnswersEndBeforeItCloses() throws IOException {
        door.log.then = request -> door.jobs.chunk(request.getJobId(), "begun");
        var response = door.client
                .sendAsync(door.post(CHAT, STREAM).build(), BodyHandlers.ofInputStream())
                .join();
        assertThat(response.statusCode()).isEqualTo(200);

        door.vertx.setTimer(300, _ -> door.jobs.end(door.log.onlyRequest().getJobId()));
        door.closeDoor();

        assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                .contains("begun")
                .contains("[DONE]");
        assertThatThrownBy(() -> door.client.send(door.post(CHAT, BODY).build(), BodyHandlers.ofString()))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void closesInTimeThoughAnAnswerGoesOn() {
        door.log.then = request -> door.jobs.chunk(request.getJobId(), "begun");
        var response = door.client
                .sendAsync(door.post(CHAT, STREAM).build(), BodyHandlers.ofInputStream())
                .join();
        assertThat(response.statusCode()).isEqualTo(200);

        await().atMost(Duration.ofSeconds(4)).until(() -> {
            door.closeDoor();
            return true;
        });
    }
}

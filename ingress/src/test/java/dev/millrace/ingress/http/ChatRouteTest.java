package dev.millrace.ingress.http;

import static dev.millrace.ingress.http.TestDoor.BODY;
import static dev.millrace.ingress.http.TestDoor.CHAT;
import static dev.millrace.ingress.http.TestDoor.STREAM;
import static dev.millrace.ingress.http.TestDoor.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.VerdictKind;
import dev.millrace.ingress.publish.Published;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChatRouteTest {
    private final TestDoor door = new TestDoor();

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void answersAWholeCompletion() {
        door.answering("hello");

        var response = door.send(door.post(CHAT, BODY));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).at("/choices/0/message/content").asText()).isEqualTo("hello");
        assertThat(response.headers().firstValue("millrace-job-id"))
                .contains(door.log.onlyRequest().getJobId());
    }

    @Test
    void streamsACompletion() {
        door.answering("hello");

        var response = door.send(door.post(CHAT, STREAM));

        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(response.body()).contains("\"hello\"").contains("data: [DONE]");
    }

    @Test
    void publishesWhatWasAskedUnderTheCallersAccount() {
        door.answering("x");

        door.send(door.post(CHAT, BODY.replace("}]}", "}],\"account\":\"other\",\"user\":\"u\"}")));

        var request = door.log.onlyRequest();
        assertThat(request.getAccount()).isEqualTo("acme");
        assertThat(request.getModel()).isEqualTo("local/echo");
        assertThat(request.getJobId()).startsWith("job_").endsWith("_3");
        assertThat(request.getKeyId()).isNotNull();
        assertThat(request.getIdempotencyKey()).isNull();
        var message = ((ChatInput) request.getInput()).getMessages().getFirst();
        assertThat(message.getParts().getFirst().getContent()).isEqualTo(new TextPart("hi"));
    }

    @Test
    void subscribesBeforeItPublishes() {
        var followed = new boolean[1];
        door.log.onRequest = request -> followed[0] = door.jobs.follows(request.getJobId());
        door.answering("x").send(door.post(CHAT, BODY));

        assertThat(followed[0]).isTrue();
    }

    @Test
    void writesNothingBeforeTheLogAcknowledged() {
        // Given: results come before the acknowledgement
        var acknowledgement = Promise.<Published>promise();
        door.log.outcome = acknowledgement.future();
        door.log.onRequest = request -> door.jobs.answer(request.getJobId(), "early");
        var response = door.client.sendAsync(door.post(CHAT, STREAM).build(), BodyHandlers.ofString());
        await().until(() -> !door.log.requests.isEmpty());
        await().during(Duration.ofMillis(150)).until(() -> !response.isDone());
        // When
        door.vertx.runOnContext(_ -> acknowledgement.complete(new Published.Acknowledged(0, 1)));
        // Then
        assertThat(response.join().body()).contains("early");
    }

    @Test
    void continuesTheCallersTrace() {
        var parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        var response = door.answering("x").send(door.post(CHAT, BODY).header("traceparent", parent));

        var trace = door.log.traces.getFirst();
        assertThat(trace.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(response.headers().firstValue("traceparent")).contains(trace.traceparent());
    }

    @Test
    void tellsWhenToComeAgainWhenTooMuchIsWaiting() {
        door.log.outcome = Future.succeededFuture(new Published.Overloaded(7));

        var response = door.send(door.post(CHAT, BODY));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("retry-after")).contains("7");
        assertThat(response.headers().firstValue("millrace-job-id")).isEmpty();
        assertThat(json(response).at("/error/code").asText()).isEqualTo("overloaded");
        assertThat(door.jobs.cancelled).hasValue(1);
    }

    @Test
    void tellsTheJobWhenTheAcknowledgementIsMissing() {
        door.log.outcome = Future.succeededFuture(new Published.Unavailable(true, 3));

        var response = door.send(door.post(CHAT, BODY));

        var job = door.log.onlyRequest().getJobId();
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("millrace-job-id")).contains(job);
        assertThat(json(response).at("/error/code").asText()).isEqualTo("log_unavailable");
        assertThat(json(response).at("/error/message").asText()).contains(job);
    }

    @Test
    void refusesWhatNoRecordCanCarry() {
        door.log.outcome = Future.succeededFuture(new Published.TooLarge(3_000_000, 2_000_000));

        assertThat(door.send(door.post(CHAT, BODY)).statusCode()).isEqualTo(413);
    }

    @Test
    void namesNearModelsForAnUnknownOne() {
        var response = door.send(door.post(CHAT, BODY.replace("local/echo", "openai/gpt-4oo")));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(json(response).at("/error/code").asText()).isEqualTo("model_not_found");
        assertThat(json(response).at("/error/param").asText()).isEqualTo("model");
        assertThat(json(response).at("/error/message").asText()).contains("openai/gpt-4o");
        assertThat(door.log.requests).isEmpty();
    }

    @Test
    void checksFallbackModelsToo() {
        var response =
                door.send(door.post(CHAT, BODY).header("millrace-fallbacks", "openai/gpt-4o, openai/nothing-like-it"));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(json(response).at("/error/param").asText()).isEqualTo("millrace.fallbacks[1]");
    }

    @Test
    void namesTheMemberThatIsWrong() {
        var response = door.send(door.post(CHAT, BODY.replace("\"hi\"", "7")));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/type").asText()).isEqualTo("invalid_request_error");
        assertThat(json(response).at("/error/param").asText()).isEqualTo("messages[0].content");
        assertThat(door.log.requests).isEmpty();
    }

    @Test
    void refusesCallersWithoutAValidKeyOrScope() {
        assertThat(door.send(door.post(CHAT, BODY).setHeader("authorization", "Bearer nonsense"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(door.send(door.post(CHAT, BODY).setHeader("authorization", "Bearer " + door.adminKey))
                        .statusCode())
                .isEqualTo(403);
        assertThat(door.log.requests).isEmpty();
    }

    @Test
    void refusesSuspendedAccounts() {
        door.log.accounts.put(
                "acme",
                AccountRecord.newBuilder().setAccount("acme").setSuspended(true).build());

        assertThat(door.send(door.post(CHAT, BODY)).statusCode()).isEqualTo(403);
    }

    @Test
    void readsTheEarlierJobWhenAKeyIsRepeated() {
        door.log.then = request -> door.jobs.verdict(request.getJobId(), VerdictKind.DUPLICATE, "job-1");
        var response = door.client.sendAsync(
                door.post(CHAT, BODY).header("idempotency-key", "once").build(), BodyHandlers.ofString());
        await().until(() -> door.jobs.follows("job-1"));
        door.jobs.answer("job-1", "as before");

        assertThat(json(response.join()).at("/choices/0/message/content").asText())
                .isEqualTo("as before");
        assertThat(response.join().headers().firstValue("millrace-job-id")).contains("job-1");
    }

    @Test
    void refusesAKeyThatWasUsedWithAnotherBody() {
        door.log.then = request -> door.jobs.verdict(request.getJobId(), VerdictKind.CONFLICT, null);

        var response = door.send(door.post(CHAT, BODY).header("idempotency-key", "once"));

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(json(response).at("/error/code").asText()).isEqualTo("idempotency_conflict");
    }

    @Test
    void refusesKeysThatAreTooLong() {
        var longest = "k".repeat(255);
        door.log.then = request -> {
            door.jobs.verdict(request.getJobId(), VerdictKind.ADMITTED, null);
            door.jobs.answer(request.getJobId(), "x");
        };
        assertThat(door.send(door.post(CHAT, BODY).header("idempotency-key", longest))
                        .statusCode())
                .isEqualTo(200);

        var response = door.send(door.post(CHAT, BODY).header("idempotency-key", longest + "k"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/param").asText()).isEqualTo("Idempotency-Key");
    }

    @Test
    void boundsTheAnswersThatAreOpen() {
        try (var small = new TestDoor(Configs.withMaxOpenAnswers(1))) {
            small.log.then = request -> small.jobs.chunk(request.getJobId(), "a");
            var first = small.client
                    .sendAsync(small.post(CHAT, STREAM).build(), BodyHandlers.ofInputStream())
                    .join();
            assertThat(first.statusCode()).isEqualTo(200);

            var second = small.send(small.post(CHAT, STREAM));
            assertThat(second.statusCode()).isEqualTo(503);
            assertThat(second.headers().firstValue("retry-after")).isPresent();

            small.jobs.end(small.log.onlyRequest().getJobId());
            small.answering("x");
            await().until(() -> small.send(small.post(CHAT, STREAM)).statusCode() == 200);
        }
    }

    @Test
    void finishesTheJobOfAClientThatLeft() throws IOException {
        leave("");

        await().until(() -> door.jobs.cancelled.get() == 1);
        await().during(Duration.ofMillis(100)).until(door.log.cancels::isEmpty);
    }

    @Test
    void cancelsTheJobOfAClientThatLeftWhenTheRequestSaysSo() throws IOException {
        leave("millrace-on-disconnect: cancel\r\n");

        await().until(() -> door.log.cancels.size() == 1);
        assertThat(door.log.cancels.getFirst())
                .isEqualTo("acme " + door.log.onlyRequest().getJobId() + " client-gone");
    }

    @Test
    void cancelsTheJobOfAClientThatLeftWhenTheAccountSaysSo() throws IOException {
        door.log.accounts.put(
                "acme",
                AccountRecord.newBuilder()
                        .setAccount("acme")
                        .setOnDisconnect(OnDisconnect.CANCEL)
                        .build());
        leave("");

        await().until(() -> door.log.cancels.size() == 1);
    }

    @Test
    void letsTheRequestsPolicyWinOverTheAccounts() throws IOException {
        door.log.accounts.put(
                "acme",
                AccountRecord.newBuilder()
                        .setAccount("acme")
                        .setOnDisconnect(OnDisconnect.CANCEL)
                        .build());
        leave("millrace-on-disconnect: finish\r\n");

        await().until(() -> door.jobs.cancelled.get() == 1);
        await().during(Duration.ofMillis(100)).until(door.log.cancels::isEmpty);
    }

    /** Begins a stream and closes the connection in the middle of it. */
    private void leave(String header) throws IOException {
        door.log.then = request -> door.jobs.chunk(request.getJobId(), "some");
        try (var socket = door.socket()) {
            var head = "POST " + CHAT + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + door.userKey
                    + "\r\ncontent-type: application/json\r\n" + header + "content-length: " + STREAM.length()
                    + "\r\n\r\n";
            socket.getOutputStream().write((head + STREAM).getBytes(StandardCharsets.US_ASCII));
            var seen = new StringBuilder();
            while (seen.indexOf("some") < 0) {
                seen.append((char) socket.getInputStream().read());
            }
        }
    }

    @Test
    void countsAnswersAndRejections() {
        door.answering("x").send(door.post(CHAT, BODY));
        door.send(door.post(CHAT, "{"));

        await().until(() ->
                door.meters.get("gen_ai.server.request.duration").timer().count() == 1);
        assertThat(door.meters
                        .get("millrace.ingress.rejections")
                        .tag("error.type", "invalid_json")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(door.meters.get("millrace.ingress.answers.open").gauge().value())
                .isZero();
    }
}

package dev.millrace.egress.openai;

import static dev.millrace.egress.FakeJobLog.event;
import static dev.millrace.egress.Results.ACME;
import static dev.millrace.egress.Results.completed;
import static dev.millrace.egress.Results.end;
import static dev.millrace.egress.Results.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.Verdict;
import dev.millrace.avro.VerdictKind;
import dev.millrace.egress.FakeJobLog;
import dev.millrace.egress.HttpFixture;
import dev.millrace.egress.delivery.AnswerDelivery;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChatDeliveryTest {
    private static final JobId JOB = JobId.create(0);
    private static final ChatOptions STREAM = new ChatOptions(true, false, false, "one");
    private static final ChatOptions WHOLE = new ChatOptions(false, false, false, "one");

    private final Vertx vertx = Vertx.vertx();
    private final FakeJobLog log = new FakeJobLog(vertx);
    private final List<JobId> gone = new CopyOnWriteArrayList<>();
    private final List<AnswerDelivery.Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> endedFirst = new CompletableFuture<>();
    private volatile ChatOptions options = STREAM;
    private volatile boolean acceptAtOnce = true;
    private volatile Duration keepAlive = Duration.ofSeconds(15);
    private final HttpFixture http = new HttpFixture(vertx, this::serve);

    private void serve(HttpServerRequest request) {
        var delivery = new AnswerDelivery(vertx, log, keepAlive)
                .open(JOB, ACME, request.response(), options.formats(), gone::add);
        delivery.ended().onSuccess(_ -> endedFirst.complete(null));
        deliveries.add(delivery);
        if (acceptAtOnce) {
            delivery.accepted();
        }
    }

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void streamsWithHeadersOfTheFirstEvent() {
        // When
        var answer = http.getAsync("/");
        var job = subscription(0);
        job.emit(event(0, text(JOB, 0, "Hi")));
        job.emit(event(1, completed(JOB, 1)));
        // Then
        var response = answer.join();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("text/event-stream; charset=utf-8");
        assertThat(header(response, "millrace-job-id")).isEqualTo(JOB.value());
        assertThat(header(response, "millrace-provider")).isEqualTo("alpha");
        assertThat(header(response, "millrace-model")).isEqualTo("alpha/one");
        assertThat(header(response, "millrace-attempts")).isEqualTo("1");
        assertThat(response.headers().firstValue("millrace-cost")).isEmpty();
        assertThat(response.body()).contains("\"content\":\"Hi\"").endsWith("data: [DONE]\n\n");
        endedFirst.join();
        assertThat(gone).isEmpty();
    }

    @Test
    void answersWholeWithCost() {
        // Given
        options = WHOLE;
        // When
        var answer = http.getAsync("/");
        var job = subscription(0);
        job.emit(event(0, text(JOB, 0, "Hi")));
        job.emit(event(1, completed(JOB, 1)));
        // Then
        var response = answer.join();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        assertThat(header(response, "millrace-cost")).isEqualTo("0.0000015");
        assertThat(response.body()).contains("\"content\":\"Hi\"", "\"total_tokens\":5");
    }

    @Test
    void writesNothingBeforeTheRequestIsAccepted() {
        // Given
        acceptAtOnce = false;
        var answer = http.getAsync("/");
        var job = subscription(0);
        job.emit(event(0, text(JOB, 0, "Hi")));
        job.emit(event(1, completed(JOB, 1)));
        Awaitility.await().during(Duration.ofMillis(100)).until(() -> !answer.isDone());
        // When
        vertx.runOnContext(_ -> deliveries.getFirst().accepted());
        // Then
        assertThat(answer.join().body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void givesTheResponseBackWhenTheRequestWasNotPublished() {
        // Given
        acceptAtOnce = false;
        var answer = http.getAsync("/");
        var job = subscription(0);
        // When
        vertx.runOnContext(_ -> deliveries.getFirst().withdraw());
        // Then
        Awaitility.await().until(job::cancelled);
        assertThat(answer).isNotDone();
        assertThat(gone).isEmpty();
    }

    @Test
    void answersAnHttpErrorWhenTheJobFailsBeforeItSaidAnything() {
        for (var shape : List.of(STREAM, WHOLE)) {
            // Given
            options = shape;
            var error = ErrorCode.VENDOR_THROTTLED.detail("too fast");
            error.put("retryAfterMillis", 1500L);
            var terminal = Terminal.newBuilder()
                    .setStatus(JobStatus.FAILED)
                    .setError(error)
                    .build();
            // When
            int count = log.subscriptions.size();
            var answer = http.getAsync("/");
            subscription(count).emit(event(0, end(JOB, 0, terminal)));
            // Then
            var response = answer.join();
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(header(response, "retry-after")).isEqualTo("2");
            assertThat(header(response, "millrace-job-id")).isEqualTo(JOB.value());
            assertThat(response.body())
                    .isEqualTo("{\"error\":{\"message\":\"too fast\",\"type\":\"rate_limit_error\",\"param\":null,"
                            + "\"code\":\"vendor_throttled\"}}");
        }
    }

    @Test
    void tellsAFailureInMidStreamAsAFrameAndNotDone() {
        // When
        var answer = http.getAsync("/");
        var job = subscription(0);
        job.emit(event(0, text(JOB, 0, "Hi")));
        job.emit(event(
                1,
                end(
                        JOB,
                        1,
                        Terminal.newBuilder().setStatus(JobStatus.INCOMPLETE).build())));
        // Then
        assertThat(answer.join().body())
                .contains("data: {\"error\":{")
                .contains("\"code\":\"stream_truncated\"")
                .doesNotContain("[DONE]")
                .doesNotContain("\"finish_reason\":\"");
    }

    @Test
    void endsAReaderThatDidNotAskForRestartsWithoutCancellingTheJob() {
        // When
        var answer = http.getAsync("/");
        var job = subscription(0);
        job.emit(event(0, text(JOB, 0, "Hi")));
        job.emit(new JobEvent.Chunk(1, text(JOB, 2, 1, 0, "second"), true));
        // Then
        assertThat(answer.join().body())
                .contains("\"code\":\"stream_restarted\"")
                .doesNotContain("second");
        assertThat(gone).isEmpty();
    }

    @Test
    void tellsLostSubscriptionAsAnError() {
        // When
        var answer = http.getAsync("/");
        subscription(0).emit(new JobEvent.Lost(ErrorCode.OVERLOADED, "too many"));
        // Then
        assertThat(answer.join().statusCode()).isEqualTo(503);
        assertThat(header(answer.join(), "retry-after")).isEqualTo("1");
    }

    @Test
    void deliversTheEarlierJobOfARepeatedSubmit() {
        for (var shape : List.of(STREAM, WHOLE)) {
            // Given
            options = shape;
            var original = JobId.create(1);
            log.put(original, event(0, text(original, 0, "first")), event(1, completed(original, 1)));
            // When
            int count = log.subscriptions.size();
            var answer = http.getAsync("/");
            subscription(count).emit(verdict(VerdictKind.DUPLICATE, original));
            // Then
            var response = answer.join();
            assertThat(header(response, "millrace-job-id")).isEqualTo(original.value());
            assertThat(response.body()).contains("first", "chatcmpl-" + original.value());
            assertThat(subscription(count).cancelled()).isTrue();
        }
    }

    @Test
    void answers422ForAKeyWithAnotherBody() {
        // When
        var answer = http.getAsync("/");
        subscription(0).emit(verdict(VerdictKind.CONFLICT, null));
        // Then
        assertThat(answer.join().statusCode()).isEqualTo(422);
        assertThat(answer.join().body()).contains("\"code\":\"idempotency_conflict\"");
    }

    @Test
    void goesOnAfterAnAdmission() {
        // When
        var answer = http.getAsync("/");
        subscription(0).emit(verdict(VerdictKind.ADMITTED, null));
        subscription(0).emit(event(0, completed(JOB, 0)));
        // Then
        assertThat(answer.join().statusCode()).isEqualTo(200);
    }

    @Test
    void keepsAnIdleStreamAlive() throws IOException {
        // Given
        keepAlive = Duration.ofMillis(20);
        // When
        try (var socket = connect()) {
            // Then
            readUntil(socket, "HTTP/1.1 200 OK");
            readUntil(socket, ": keep-alive");
            readUntil(socket, ": keep-alive");
            subscription(0).emit(event(0, text(JOB, 0, "Hi")));
            readUntil(socket, "\"content\":\"Hi\"");
        }
    }

    @Test
    void tellsIngressOnceWhenTheClientGoes() throws IOException {
        // Given
        try (var socket = connect()) {
            subscription(0).emit(event(0, text(JOB, 0, "Hi")));
            readUntil(socket, "\"content\":\"Hi\"");
        }
        // Then
        Awaitility.await().untilAsserted(() -> assertThat(gone).containsExactly(JOB));
        Awaitility.await().until(subscription(0)::cancelled);
        endedFirst.join();
    }

    @Test
    void tellsIngressOfAClientThatWentBeforeTheAcceptOnlyThen() throws IOException {
        // Given
        acceptAtOnce = false;
        connect().close();
        endedFirst.join();
        assertThat(gone).isEmpty();
        // When
        vertx.runOnContext(_ -> deliveries.getFirst().accepted());
        // Then
        Awaitility.await().untilAsserted(() -> assertThat(gone).containsExactly(JOB));
    }

    @Test
    void pausesTheSubscriptionOfAClientThatDoesNotRead() throws IOException {
        // Given
        try (var socket = connect()) {
            var job = subscription(0);
            var large = "x".repeat(100_000);
            // When more is sent than sockets hold
            for (int index = 0; index < 200; index++) {
                job.emit(event(index, text(JOB, index, large)));
            }
            Awaitility.await().until(job::paused);
            job.emit(event(200, completed(JOB, 200)));
            // Then all of it arrives once the client reads
            readUntil(socket, "[DONE]");
            assertThat(job.pauses()).isPositive();
        }
    }

    private FakeJobLog.Fed subscription(int index) {
        Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> log.subscriptions.size() > index);
        return log.subscriptions.get(index);
    }

    private static JobEvent verdict(VerdictKind kind, @Nullable JobId original) {
        return new JobEvent.Answered(Verdict.newBuilder()
                .setKind(kind)
                .setOriginalJobId(original == null ? null : original.value())
                .build());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("(none)");
    }

    private Socket connect() throws IOException {
        int before = log.subscriptions.size();
        var socket = new Socket(InetAddress.getLoopbackAddress(), http.port());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        subscription(before);
        return socket;
    }

    private static void readUntil(Socket socket, String text) throws IOException {
        var seen = new StringBuilder();
        var buffer = new byte[65_536];
        while (seen.indexOf(text) < 0) {
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                throw new AssertionError("closed before '" + text + "' came");
            }
            seen.delete(0, Math.max(0, seen.length() - text.length()));
            seen.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
    }
}

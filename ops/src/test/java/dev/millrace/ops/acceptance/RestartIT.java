package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./millrace up} starts fast, leaves at once and forgets nothing. */
final class RestartIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The target is 10 s on an idle machine, with the caches of the launcher less; a busy one gets more time. */
    private static final Duration WARM_FIRST_TOKEN = Duration.ofSeconds(30);

    private static final Duration LEAVE = Duration.ofSeconds(5);
    private static final String CANARY = "canary-7f1d0c-prompt";

    @TempDir
    private Path directory;

    private final List<Stack> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(Stack::close);
    }

    private Stack up(String name, String... options) {
        var stack = Stack.up(name, directory, Map.of(), options);
        started.add(stack);
        return stack;
    }

    /** Repeats with the same key while the answer says to: a submit that was not decided within its 10 s is no second job then. */
    private static HttpDoor.Answer submitOnce(HttpDoor door) {
        var body = Script.ECHO.body("once", false, Map.of());
        var answer = door.post("/v1/jobs", body, "Idempotency-Key", "restart-1");
        for (int tries = 1; tries < 3 && answer.status() == 503; tries++) {
            System.out.printf("A submit with a key was not decided in time: %s%n", answer.body());
            answer = door.post("/v1/jobs", body, "Idempotency-Key", "restart-1");
        }
        return answer;
    }

    @Test
    void keepsJobsEventsCreditsAndIdempotencyKeysOverARestart() {
        // Given
        var first = up("up-first");
        var door = HttpDoor.of(first.endpoints());
        var chat = door.chat(Script.ECHO.body("The wheel turns " + CANARY, false, Map.of()));
        assertThat(chat.status()).as(chat.body()).isEqualTo(200);
        var keyed = submitOnce(door);
        assertThat(keyed.status()).as(keyed.body()).isEqualTo(202);
        awaitStatus(door, keyed.jobId(), "completed");
        var events = events(door, chat.jobId());
        var credits = settledCredits(door);
        var running = door.streamChat(Script.paced(100, 50).body("long", true, Map.of()));
        assertThat(running.next()).isNotNull();
        // When
        var leaving = first.process().terminate(LEAVE.multipliedBy(3));
        long againNanos = System.nanoTime();
        var second = up("up-second");
        var again = HttpDoor.of(second.endpoints());
        var firstToken = firstToken(again, againNanos);
        // Then
        System.out.printf(
                "up: left %d ms after SIGTERM; warm start to first token %d ms (target 10000 ms)%n",
                leaving.toMillis(), firstToken.toMillis());
        assertThat(leaving).isLessThan(LEAVE);
        assertThat(firstToken).isLessThan(WARM_FIRST_TOKEN);
        assertThat(again.job(chat.jobId()).path("status").asText()).isEqualTo("completed");
        assertThat(events(again, chat.jobId())).isEqualTo(events);
        assertThat(settledCredits(again)).isGreaterThanOrEqualTo(credits);
        var replayed =
                again.post("/v1/jobs", Script.ECHO.body("once", false, Map.of()), "Idempotency-Key", "restart-1");
        assertThat(replayed.status()).as(replayed.body()).isEqualTo(202);
        assertThat(replayed.json().path("id").asText())
                .isEqualTo(keyed.json().path("id").asText());
        var conflict =
                again.post("/v1/jobs", Script.ECHO.body("other", false, Map.of()), "Idempotency-Key", "restart-1");
        assertThat(conflict.status()).isEqualTo(422);
        awaitEnd(again, running.jobId());
        running.close();
        requireSilence(first, second);
    }

    /** The job that was cut off by the restart goes on by itself and ends. */
    private static void awaitEnd(HttpDoor door, String jobId) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(door.job(jobId).path("status").asText()).isIn("completed", "incomplete", "failed"));
    }

    private static void awaitStatus(HttpDoor door, String jobId, String status) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(door.job(jobId).path("status").asText()).isEqualTo(status));
    }

    private static List<SseReader.Event> events(HttpDoor door, String jobId) {
        try (var events = door.events(jobId, Optional.empty())) {
            var all = events.rest();
            assertThat(all).isNotEmpty();
            return all;
        }
    }

    /** The balance once it has moved. */
    private static long settledCredits(HttpDoor door) {
        var seen = new long[1];
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            seen[0] = door.get("/v1/credits").json().path("debits_posted_nanos").asLong();
            return seen[0] > 0;
        });
        return seen[0];
    }

    private static Duration firstToken(HttpDoor door, long sinceNanos) {
        try (var stream = door.streamChat(Script.ECHO.body("quick", true, Map.of()))) {
            for (var event = stream.next(); event != null; event = stream.next()) {
                if (!SseReader.chatPiece(event).isEmpty()) {
                    return Duration.ofNanos(System.nanoTime() - sinceNanos);
                }
            }
        }
        throw new AssertionError("no token");
    }

    /** Neither prompts nor secrets are in what the processes printed; the development key is, because a person reads it there. */
    private static void requireSilence(Stack first, Stack second) {
        var printed = first.process().output() + second.process().output();
        assertThat(second.pepper()).isNotBlank();
        assertThat(printed)
                .doesNotContain(
                        CANARY, second.pepper(), second.endpoints().adminKey().reveal());
    }

    @Test
    void refusesDataThatAnotherProcessUses() {
        // Given
        up("up-holder").endpoints();
        // When
        var second = up("up-intruder").process();
        // Then
        assertThat(second.awaitExit(PATIENCE)).isEqualTo(3);
        assertThat(second.output())
                .contains(directory.resolve("data").toString())
                .contains("in use")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"--port", "--kafka-port", "--registry-port", "--management-port"})
    void namesAPortThatIsTaken(String option) throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = Integer.toString(taken.getLocalPort());
            var process = up("up" + option + "-taken", option, port).process();
            assertThat(process.awaitExit(PATIENCE)).as(process.output()).isEqualTo(3);
            assertThat(process.output()).contains(port).doesNotContain("\tat ");
        }
    }
}

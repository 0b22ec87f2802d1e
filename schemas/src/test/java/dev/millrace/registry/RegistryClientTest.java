package dev.millrace.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.millrace.access.Secret;
import dev.millrace.registry.FakeRegistry.HalfAnswer;
import dev.millrace.registry.FakeRegistry.Request;
import dev.millrace.registry.FakeRegistry.Silence;
import dev.millrace.registry.FakeRegistry.Status;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RegistryClientTest {
    private static final Schema SCHEMA =
            SchemaBuilder.record("Thing").fields().requiredString("name").endRecord();
    private static final String CANARY = "canary-9d2e";

    private final FakeRegistry registry = FakeRegistry.start();
    private RegistryClient client = new RegistryClient(registry.config());

    @AfterEach
    void close() {
        client.close();
        registry.close();
    }

    private void use(RegistryConfig config) {
        client.close();
        client = new RegistryClient(config);
    }

    @Test
    void asksForASchemaOnce() {
        // Given
        int id = registry.put(SCHEMA.toString());
        // When
        for (int i = 0; i < 100; i++) {
            assertThat(client.schema(id)).isEqualTo(SCHEMA);
        }
        // Then
        assertThat(registry.requests()).containsExactly(new Request("GET", "/schemas/ids/" + id, null));
    }

    @Test
    void registersASchemaOncePerSubject() {
        // When
        int id = client.id("things-value", SCHEMA);
        for (int i = 0; i < 100; i++) {
            assertThat(client.id("things-value", new Schema.Parser().parse(SCHEMA.toString())))
                    .isEqualTo(id);
        }
        assertThat(client.id("other-value", SCHEMA)).isEqualTo(id);
        // Then
        assertThat(registry.requests())
                .containsExactly(
                        new Request("POST", "/subjects/things-value/versions", null),
                        new Request("POST", "/subjects/other-value/versions", null));
        assertThat(client.schema(id)).isEqualTo(SCHEMA);
    }

    @Test
    void keepsSubjectsApartWhateverTheirCharacters() {
        // When
        client.id("a b/c?d=ü", SCHEMA);
        // Then
        assertThat(registry.requests())
                .containsExactly(new Request("POST", "/subjects/a%20b%2Fc%3Fd%3D%C3%BC/versions", null));
    }

    @Test
    void onlyLooksUpWhenItMayNotRegister() {
        // Given
        use(new RegistryConfig(List.of(registry.url()), null, Duration.ofSeconds(2), 2, false));
        // Then
        assertThatExceptionOfType(RegistryException.NotFound.class)
                .isThrownBy(() -> client.id("things-value", SCHEMA))
                .withMessageContaining("Subject 'things-value' not found.");
        assertThat(registry.requests()).containsExactly(new Request("POST", "/subjects/things-value", null));
        // And when someone else has registered it
        try (var other = new RegistryClient(registry.config())) {
            int id = other.id("things-value", SCHEMA);
            assertThat(client.id("things-value", SCHEMA)).isEqualTo(id);
        }
    }

    @Test
    void appendsPathsToThePrefixOfTheAddress() {
        // Given
        use(RegistryConfig.of(URI.create(registry.url() + "/apis/ccompat/v7//")));
        registry.answerNext(new Status(200, "{\"id\":7}"));
        // Then
        assertThat(client.id("things-value", SCHEMA)).isEqualTo(7);
        assertThat(registry.requests())
                .containsExactly(new Request("POST", "/apis/ccompat/v7/subjects/things-value/versions", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer " + CANARY, "Basic dXNlcjpjYW5hcnktOWQyZQ=="})
    void sendsTheCredentialAndNeverPrintsIt(String authorization) {
        // Given
        var config =
                new RegistryConfig(List.of(registry.url()), new Secret(authorization), Duration.ofSeconds(2), 1, true);
        use(config);
        registry.answerNext(new Status(401, "{\"error_code\":401,\"message\":\"Unauthorized\"}"), new Status(500, ""));
        // When
        var refused = catchThrowable(() -> client.id("things-value", SCHEMA));
        var unavailable = catchThrowable(() -> client.id("things-value", SCHEMA));
        // Then
        assertThat(registry.requests()).extracting(Request::authorization).containsOnly(authorization);
        assertThat(refused)
                .isInstanceOf(RegistryException.Refused.class)
                .hasMessageContaining("401")
                .hasMessageContaining("Unauthorized");
        assertThat(unavailable).isInstanceOf(RegistryException.Unavailable.class);
        assertThat(List.of(printed(refused), printed(unavailable), config.toString()))
                .allSatisfy(
                        text -> assertThat(text).doesNotContain(authorization).doesNotContain(CANARY));
    }

    @Test
    void doesNotFollowARedirectWithTheCredential() {
        // Given
        try (var elsewhere = FakeRegistry.start()) {
            use(new RegistryConfig(
                    List.of(registry.url()), new Secret("Bearer " + CANARY), Duration.ofSeconds(2), 2, true));
            registry.answerNext(new Status(307, "{\"location\":\"" + elsewhere.url() + "\"}"));
            // Then
            assertThatExceptionOfType(RegistryException.Refused.class)
                    .isThrownBy(() -> client.id("things-value", SCHEMA));
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void triesAgainWhenTheTroubleMayPass(int status) {
        // Given
        use(new RegistryConfig(List.of(registry.url()), null, Duration.ofSeconds(2), 3, true));
        registry.answerNext(new Status(status, "<html>busy</html>"), new Status(status, "{}"));
        // When
        long startedNanos = System.nanoTime();
        int id = client.id("things-value", SCHEMA);
        // Then
        assertThat(id).isEqualTo(1);
        assertThat(registry.requests()).hasSize(3);
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos))
                .as("waits in between, longer at the second time")
                .isGreaterThan(Duration.ofMillis(140));
    }

    @Test
    void givesUpAfterTheConfiguredAttempts() {
        // Given
        use(new RegistryConfig(List.of(registry.url()), null, Duration.ofSeconds(2), 3, true));
        registry.answerNext(
                new Status(503, ""), new Status(503, ""), new Status(503, "{\"message\":\"leader unknown\"}"));
        // Then
        assertThatExceptionOfType(RegistryException.Unavailable.class)
                .isThrownBy(() -> client.id("things-value", SCHEMA))
                .withMessageContaining("503")
                .withMessageContaining("leader unknown");
        assertThat(registry.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 405, 422})
    void doesNotRepeatWhatWasRefused(int status) {
        // Given
        registry.answerNext(new Status(status, "{\"error_code\":1,\"message\":\"no and again no\"}"));
        // Then
        assertThatExceptionOfType(RegistryException.Refused.class)
                .isThrownBy(() -> client.id("things-value", SCHEMA))
                .withMessageContaining(status + " no and again no");
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void goesToTheNextAddressWhenOneIsDown() {
        // Given
        try (var second = FakeRegistry.start()) {
            use(new RegistryConfig(List.of(registry.url(), second.url()), null, Duration.ofSeconds(2), 3, true));
            registry.stop();
            // When
            client.id("things-value", SCHEMA);
            client.id("more-value", SCHEMA);
            // Then
            assertThat(second.requests()).as("and stays there").hasSize(2);
            // And back when that one fails
            registry.restart();
            second.answerNext(new Status(500, ""));
            client.id("most-value", SCHEMA);
            assertThat(registry.requests()).hasSize(1);
        }
    }

    @Test
    void passesOnWhyASchemaIsIncompatible() {
        // Given
        registry.refuse("things-value", "reader field 'name' has no default");
        // Then
        assertThatExceptionOfType(RegistryException.Incompatible.class)
                .isThrownBy(() -> client.id("things-value", SCHEMA))
                .withMessageContaining("reader field 'name' has no default");
        assertThat(client.isCompatible("things-value", SCHEMA)).isFalse();
        assertThat(registry.requests()).hasSize(2);
    }

    @Test
    void thinksAnythingCompatibleWithAnUnknownSubject() {
        assertThat(client.isCompatible("things-value", SCHEMA)).isTrue();
        client.id("things-value", SCHEMA);
        assertThat(client.isCompatible("things-value", SCHEMA)).isTrue();
        assertThat(registry.requests())
                .last()
                .isEqualTo(new Request("POST", "/compatibility/subjects/things-value/versions/latest", null));
    }

    @Test
    void knowsAnUnknownIdFromAWrongAddress() {
        // Then
        assertThatExceptionOfType(RegistryException.NotFound.class).isThrownBy(() -> client.schema(99));
        // Given
        use(new RegistryConfig(List.of(URI.create(registry.url() + "/wrong")), null, Duration.ofSeconds(2), 2, true));
        // Then
        assertThatExceptionOfType(RegistryException.Unavailable.class)
                .isThrownBy(() -> client.schema(99))
                .withMessageContaining("is the address right?");
        assertThatExceptionOfType(RegistryException.Refused.class).isThrownBy(() -> client.id("s", SCHEMA));
        assertThatExceptionOfType(RegistryException.Refused.class).isThrownBy(() -> client.isCompatible("s", SCHEMA));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>login</html>", "", "7", "[]", "null", "{\"id\":\"x\"}", "{}", "{\"id\":-1}"})
    void refusesAnswersThatAreNotTheProtocols(String body) {
        // Given
        registry.answerNext(new Status(200, body));
        // Then
        assertThatExceptionOfType(RegistryException.Refused.class).isThrownBy(() -> client.id("things-value", SCHEMA));
        assertThat(client.id("things-value", SCHEMA))
                .as("nothing wrong was kept")
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>login</html>", "", "[]"})
    void knowsNothingAboutASchemaWhenAProxyAnswers(String body) {
        // Given
        int id = registry.put(SCHEMA.toString());
        registry.answerNext(new Status(200, body), new Status(401, body), new Status(302, body), new Status(404, body));
        // Then
        for (int i = 0; i < 4; i++) {
            assertThatExceptionOfType(RegistryException.Unavailable.class).isThrownBy(() -> client.schema(id));
        }
        assertThat(client.schema(id)).isEqualTo(SCHEMA);
    }

    @Test
    void refusesWhatIsNoAvroSchema() {
        int protobuf = registry.put("PROTOBUF", "message Thing {}");
        int broken = registry.put("{\"type\":\"record\"}");
        int empty = registry.put("");
        assertThatExceptionOfType(RegistryException.Refused.class)
                .isThrownBy(() -> client.schema(protobuf))
                .withMessage("schema %d is PROTOBUF, not AVRO", protobuf);
        assertThatExceptionOfType(RegistryException.Refused.class)
                .isThrownBy(() -> client.schema(broken))
                .withMessageContaining("is not valid Avro");
        assertThatExceptionOfType(RegistryException.Refused.class).isThrownBy(() -> client.schema(empty));
    }

    @Test
    void stopsWaitingForASilentRegistry() {
        // Given
        use(new RegistryConfig(List.of(registry.url()), null, Duration.ofMillis(200), 2, true));
        registry.answerNext(new Silence(), new HalfAnswer());
        // When
        long startedNanos = System.nanoTime();
        assertThatExceptionOfType(RegistryException.Unavailable.class)
                .isThrownBy(() -> client.id("things-value", SCHEMA))
                .withMessageContaining("no answer within PT0.2S");
        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isLessThan(Duration.ofSeconds(10));
        assertThat(client.id("things-value", SCHEMA)).isEqualTo(1);
    }

    @Test
    void boundsTheSizeOfAnAnswer() {
        // Given
        use(new RegistryConfig(List.of(registry.url()), null, Duration.ofSeconds(20), 1, true));
        registry.answerNext(new Status(200, " ".repeat(RegistryHttp.MAX_ANSWER_BYTES + 1)));
        // Then
        assertThatExceptionOfType(RegistryException.Unavailable.class)
                .isThrownBy(() -> client.id("things-value", SCHEMA));
    }

    @Test
    void endsAtOnceWhenTheThreadIsInterrupted() {
        // Given
        use(new RegistryConfig(List.of(registry.url()), null, Duration.ofSeconds(30), 5, true));
        registry.answerNext(new Silence());
        // When
        Thread.currentThread().interrupt();
        var thrown = catchThrowable(() -> client.id("things-value", SCHEMA));
        // Then
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(thrown).isInstanceOf(RegistryException.Unavailable.class).hasMessageContaining("interrupted");
    }

    @Test
    void endsAtOnceWhenTheThreadIsInterruptedBetweenTwoTries() throws InterruptedException {
        // Given
        use(new RegistryConfig(List.of(registry.url()), null, Duration.ofSeconds(30), 20, true));
        registry.stop();
        var flagged = new AtomicBoolean();
        var thread = Thread.ofPlatform().start(() -> {
            assertThatExceptionOfType(RegistryException.Unavailable.class)
                    .isThrownBy(() -> client.id("things-value", SCHEMA));
            flagged.set(Thread.currentThread().isInterrupted());
        });
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("sleep")));
        // When
        thread.interrupt();
        // Then
        assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
        assertThat(flagged).as("the flag is kept").isTrue();
    }

    @Test
    void servesManyThreadsFromItsCache() throws Exception {
        // Given
        int id = registry.put(SCHEMA.toString());
        // When
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = new ArrayList<Future<Schema>>();
            for (int i = 0; i < 200; i++) {
                asked.add(threads.submit(() -> client.schema(id)));
            }
            for (var schema : asked) {
                assertThat(schema.get()).isEqualTo(SCHEMA);
            }
        }
        // Then
        int requests = registry.requests().size();
        client.schema(id);
        assertThat(registry.requests()).hasSize(requests);
    }

    private static String printed(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}

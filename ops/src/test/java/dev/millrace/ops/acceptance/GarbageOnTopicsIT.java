package dev.millrace.ops.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Message;
import dev.millrace.avro.Part;
import dev.millrace.avro.Routing;
import dev.millrace.avro.TextPart;
import dev.millrace.job.JobId;
import dev.millrace.ops.stack.SharedStack;
import dev.millrace.topic.DeadLetter;
import dev.millrace.topic.TopicCatalogue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever lies on an input topic is quarantined with its cause, told to whoever waits for it, and stalls nobody. */
final class GarbageOnTopicsIT {
    @RegisterExtension
    static final SharedStack STACK = new SharedStack();

    private static final int UNKNOWN_SCHEMA = 1_999_999_999;

    private final HttpDoor door = HttpDoor.of(STACK.endpoints());
    private final TopicDoor topics = TopicDoor.of(STACK.endpoints());

    @AfterEach
    void servesTheNextCall() {
        var answer = door.chat(Script.ECHO.body("still here?", false, Map.of()));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        topics.close();
    }

    /** Every kind of bytes that are not a value of the topic, with a key and without. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "inference-requests",
                "inference-dispatch-default-interactive",
                "inference-dispatch-default-batch",
                "attempt-outcomes",
                "job-control",
                "job-settlements"
            })
    void quarantinesWhatDoesNotDecode(String topic) {
        // Given
        var valid = topics.codecs()
                .codec(topics.topics().requests())
                .encode(TopicDoor.chat("local/echo", "hi").build());
        var accountRecord = topics.codecs()
                .codec(topics.topics().balances())
                .encode(CreditBalance.newBuilder().setAccount("x").build());
        var garbage = List.<byte[]>of(
                new byte[0],
                "{\"json\": true}".getBytes(UTF_8),
                ByteBuffer.allocate(20).put((byte) 0).putInt(UNKNOWN_SCHEMA).array(),
                Arrays.copyOf(valid, 9),
                ByteBuffer.wrap(Arrays.copyOf(valid, 200))
                        .position(5)
                        .put(new byte[195])
                        .array(),
                accountRecord);
        // When
        var sent = new ArrayList<RecordMetadata>();
        for (var bytes : garbage) {
            sent.add(topics.send(topic, TopicDoor.ACCOUNT, bytes));
        }
        sent.add(topics.send(topic, null, garbage.get(1)));
        sent.add(topics.send(topic, TopicDoor.ACCOUNT, null));
        // Then
        assertThat(sent).allSatisfy(position -> {
            var letter = deadLetter(position);
            assertThat(letter.exception()).isNotBlank();
            assertThat(letter.message()).isNotBlank();
        });
    }

    private DeadLetter deadLetter(RecordMetadata position) {
        var record = topics.await(TopicCatalogue.DEAD_LETTERS, letter -> {
            var reason = DeadLetter.of(letter.headers());
            return reason != null
                    && reason.topic().equals(position.topic())
                    && reason.partition() == position.partition()
                    && reason.offset() == position.offset();
        });
        return Objects.requireNonNull(DeadLetter.of(record.headers()));
    }

    @Test
    void quarantinesAValidRequestWithoutAKey() {
        var bytes = topics.codecs()
                .codec(topics.topics().requests())
                .encode(TopicDoor.chat("local/echo", "hi").build());
        var position = topics.send(topics.topics().requests().name(), null, bytes);
        assertThat(deadLetter(position).message()).contains("key");
    }

    /** The account is the key's: nobody spends somebody else's money by writing his name into the record. */
    @Test
    void refusesAForeignAccountInTheRecord() {
        // Given
        var id = "foreign-" + UUID.randomUUID();
        var request = TopicDoor.chat("local/echo", "hi")
                .setAccount("somebody-else")
                .setJobId(id)
                .build();
        var bytes = topics.codecs().codec(topics.topics().requests()).encode(request);
        // When
        var position = topics.send(topics.topics().requests().name(), TopicDoor.ACCOUNT, bytes);
        // Then
        assertThat(deadLetter(position).message()).contains("account");
        assertThat(topics.awaitEnd(id).terminal().getStatus()).isEqualTo(JobStatus.FAILED);
    }

    static Stream<Arguments> absurdRequests() {
        var text = Part.newBuilder()
                .setContent(TextPart.newBuilder().setText("hi").build())
                .build();
        var nowhere = Part.newBuilder()
                .setContent(MediaPart.newBuilder().setKind(MediaKind.IMAGE).build())
                .build();
        return Stream.of(
                absurd("no messages", r -> r.setInput(conversation()), "invalid_request"),
                absurd("a role nobody has", r -> r.setInput(conversation(said("miller", text))), "invalid_request"),
                absurd(
                        "media that is nowhere",
                        r -> r.setInput(conversation(said("user", nowhere))),
                        "invalid_request"),
                absurd("an unknown model", r -> r.setModel("no/such"), "model_not_found"),
                absurd("no model", r -> r.setModel(""), "model_not_found"),
                absurd("a priority beyond measure", r -> r.setPriority(Integer.MIN_VALUE), "invalid_request"),
                absurd("too many attempts", r -> r.setRouting(attempts(1_000)), "invalid_request"),
                absurd("a thousand fallbacks", r -> r.setRouting(fallbacks(1_000)), "invalid_request"),
                arguments(
                        named("a deadline in the past", change(r -> r.setDeadlineAtMillis(1L))),
                        JobStatus.EXPIRED,
                        "deadline_exceeded"));
    }

    private static Arguments absurd(String name, Consumer<InferenceRequest.Builder> absurdity, String code) {
        return arguments(named(name, absurdity), JobStatus.FAILED, code);
    }

    private static Consumer<InferenceRequest.Builder> change(Consumer<InferenceRequest.Builder> change) {
        return change;
    }

    private static ChatInput conversation(Message... messages) {
        return ChatInput.newBuilder().setMessages(List.of(messages)).build();
    }

    private static Message said(String role, Part part) {
        return Message.newBuilder().setRole(role).setParts(List.of(part)).build();
    }

    private static Routing attempts(int max) {
        return Routing.newBuilder().setMaxAttempts(max).build();
    }

    private static Routing fallbacks(int count) {
        return Routing.newBuilder()
                .setFallbacks(Collections.nCopies(count, "local/echo"))
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("absurdRequests")
    void endsAnAbsurdRequestWithAReason(Consumer<InferenceRequest.Builder> absurdity, JobStatus status, String code) {
        // Given
        var id = "absurd-" + UUID.randomUUID();
        var request = TopicDoor.chat("local/echo", "hi").setJobId(id);
        absurdity.accept(request);
        // When
        topics.submit(request.build());
        // Then
        var terminal = topics.awaitEnd(id).terminal();
        assertThat(terminal.getStatus()).as(terminal.toString()).isEqualTo(status);
        assertThat(terminal.getError().getCode()).isEqualTo(code);
        assertThat(terminal.getError().getMessage()).isNotBlank();
        assertThat(terminal.getCostNanos()).isZero();
    }

    /** An id that is none cannot be answered under; the record's own position is the job then. */
    @Test
    void answersABadJobIdUnderTheRecordsPosition() {
        var request =
                TopicDoor.chat("local/echo", "hi").setJobId("no id/at all").build();
        var position = topics.submit(request);
        var id = JobId.ofRecord(position.topic(), position.partition(), position.offset());
        var terminal = topics.awaitEnd(id.value()).terminal();
        assertThat(terminal.getStatus()).isEqualTo(JobStatus.FAILED);
        assertThat(terminal.getError().getParam()).isEqualTo("jobId");
    }

    /** Somebody who may write results by mistake does not disturb those who read them. */
    @Test
    void readersSurviveGarbageAmongTheResults() {
        // Given
        var job = door.chat(Script.ECHO.body("a job", false, Map.of())).jobId();
        var results = topics.topics().results().name();
        // When
        topics.send(results, job, "garbage".getBytes(UTF_8));
        topics.send(results, job, null);
        topics.send(results, null, new byte[] {0, 0, 0, 0, 1, 2, 3});
        // Then
        assertThat(door.job(job).path("status").asText()).isEqualTo("completed");
        try (var events = door.events(job, Optional.empty())) {
            assertThat(events.rest()).isNotEmpty();
        }
    }
}

package dev.millrace.ops.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.avro.JobStatus;
import dev.millrace.job.JobId;
import dev.millrace.ops.client.Endpoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What a client may expect of the HTTP door and of the topics, on whatever broker and registry the system runs. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class TopicDoorContract {
    private static final String PROMPT = "The miller's three sons divided the inheritance among themselves.";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private Endpoints doors;
    private TopicDoor topics;

    /** The running system. Called once, before the first test. */
    abstract Endpoints open() throws Exception;

    /** Where the running system listens, for tests of one kind of cluster only. */
    final Endpoints doors() {
        return doors;
    }

    @BeforeAll
    final void connect() throws Exception {
        doors = open();
        topics = TopicDoor.of(doors);
    }

    @AfterAll
    final void disconnect() {
        topics.close();
    }

    private static String newId(String kind) {
        return kind + "-" + UUID.randomUUID();
    }

    private String textOverHttp() {
        var answer = HttpDoor.of(doors).chat(Script.ECHO.body(PROMPT, false, Map.of()));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.chatText();
    }

    @Test
    void streamsAChatCompletionOverHttp() {
        try (var stream = HttpDoor.of(doors).streamChat(Script.ECHO.body(PROMPT, true, Map.of()))) {
            var events = stream.rest();
            assertThat(events).hasSizeGreaterThan(3).last().returns("[DONE]", SseReader.Event::data);
            assertThat(SseReader.chatText(events)).isEqualTo(textOverHttp());
        }
    }

    @Test
    void answersAJobThatCameOnTheTopicUnderTheSubmittersOwnId() {
        // Given
        var id = newId("own");
        var request = TopicDoor.chat("local/echo", PROMPT)
                .setJobId(id)
                .setCorrelationId("order-4711")
                .build();
        // When
        topics.submit(request);
        var job = topics.awaitEnd(id);
        // Then
        assertThat(job.faults()).isEmpty();
        assertThat(job.text()).isEqualTo(textOverHttp());
        assertThat(job.correlationId()).isEqualTo("order-4711");
        assertThat(job.terminal().getStatus()).isEqualTo(JobStatus.COMPLETED);
        assertThat(job.terminal().getUsage())
                .satisfies(usage -> assertThat(usage.getOutputTokens()).isPositive());
        assertThat(job.terminal().getCostNanos()).isPositive();
        assertThat(HttpDoor.of(doors).job(id).path("status").asText()).isEqualTo("completed");
        try (var events = HttpDoor.of(doors).events(id, Optional.empty())) {
            assertThat(events.rest()).hasSize(job.accepted().size());
        }
    }

    @Test
    void namesTheJobAfterItsRecordWhenTheSubmitterGaveNoId() {
        // When
        var record = topics.submit(TopicDoor.chat("local/echo", PROMPT).build());
        // Then
        var id = JobId.ofRecord(record.topic(), record.partition(), record.offset());
        assertThat(topics.awaitEnd(id.value()).terminal().getStatus()).isEqualTo(JobStatus.COMPLETED);
    }

    @Test
    void takesARepeatedSubmitForTheSameJob() {
        // Given
        var id = newId("twice");
        var request = TopicDoor.chat("local/echo", PROMPT).setJobId(id).build();
        // When
        topics.submit(request);
        topics.submit(request);
        topics.awaitEnd(id);
        topics.submit(request);
        var later = topics.submit(TopicDoor.chat("local/echo", PROMPT).build());
        topics.awaitEnd(
                JobId.ofRecord(later.topic(), later.partition(), later.offset()).value());
        // Then
        var job = Objects.requireNonNull(
                topics.fold(Map.of(id, TopicDoor.ACCOUNT)).get(id));
        assertThat(job.terminals()).isEqualTo(1);
        assertThat(job.accepted())
                .allSatisfy(step -> assertThat(step.record().getAttempt()).isEqualTo(1));
    }

    @Test
    void answersAnOutsiderThatKnowsOnlyKafkaAvroAndTheRegistry() {
        // Given
        var outsider = new Outsider(doors.registry());
        var id = newId("outsider");
        var requests = outsider.latest("inference-requests");
        var value = genericRequest(requests.schema(), id);
        // When
        topics.send("inference-requests", TopicDoor.ACCOUNT, outsider.encode(requests, value));
        topics.awaitEnd(id);
        // Then
        var text = new StringBuilder();
        var results = new ArrayList<GenericRecord>();
        topics.readToEnd("inference-results", record -> {
            if (id.equals(record.key())) {
                var result = outsider.decode(record.value());
                ((List<?>) result.get("deltas")).forEach(delta -> text.append(piece((GenericRecord) delta)));
                results.add(result);
            }
        });
        assertThat(text.toString()).isEqualTo(textOverHttp());
        assertThat(((GenericRecord) results.getLast().get("terminal")).get("status"))
                .hasToString("COMPLETED");
    }

    private static String piece(GenericRecord delta) {
        var content = (GenericRecord) delta.get("content");
        return content.getSchema().getName().equals("TextDelta")
                ? content.get("text").toString()
                : "";
    }

    private static GenericRecord genericRequest(Schema schema, String id) {
        var chat = member(schema.getField("input").schema(), "ChatInput");
        var message = chat.getField("messages").schema().getElementType();
        var part = message.getField("parts").schema().getElementType();
        var text = member(part.getField("content").schema(), "TextPart");
        var said = new GenericRecordBuilder(part)
                .set(
                        "content",
                        new GenericRecordBuilder(text).set("text", PROMPT).build())
                .build();
        var turn = new GenericRecordBuilder(message)
                .set("role", "user")
                .set("parts", List.of(said))
                .build();
        return new GenericRecordBuilder(schema)
                .set("jobId", id)
                .set("account", TopicDoor.ACCOUNT)
                .set("model", "local/echo")
                .set(
                        "input",
                        new GenericRecordBuilder(chat)
                                .set("messages", List.of(turn))
                                .build())
                .build();
    }

    private static Schema member(Schema union, String name) {
        return union.getTypes().stream()
                .filter(type -> type.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void carriesTheTraceAndCloudEventHeadersFromTheRequestToEveryResult() {
        // Given
        var id = newId("traced");
        var request = TopicDoor.chat("local/echo", PROMPT).setJobId(id).build();
        // When
        topics.submit(request, Map.of("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"));
        topics.awaitEnd(id);
        // Then
        topics.readToEnd("inference-results", record -> {
            if (id.equals(record.key())) {
                assertThat(text(record.headers().lastHeader("traceparent"))).contains(TRACE);
                assertThat(text(record.headers().lastHeader("ce_specversion"))).isEqualTo("1.0");
                assertThat(text(record.headers().lastHeader("ce_id"))).isNotBlank();
                assertThat(text(record.headers().lastHeader("ce_type"))).isNotBlank();
                assertThat(text(record.headers().lastHeader("ce_source"))).isNotBlank();
            }
        });
    }

    private static String text(Header header) {
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    @Test
    void cancelsAJobThatCameOnTheTopic() {
        // Given
        var id = newId("cancelled");
        topics.submit(TopicDoor.chat(Script.paced(200, 50), PROMPT).setJobId(id).build());
        var http = HttpDoor.of(doors);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(http.get("/v1/jobs/" + id).body()).contains("\"status\":\"running\""));
        // When
        var answer = http.delete("/v1/jobs/" + id);
        // Then
        assertThat(answer.status()).as(answer.body()).isBetween(200, 202);
        assertThat(topics.awaitEnd(id).terminal().getStatus()).isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void movesTheBalanceByWhatTheJobsCost() {
        // Given
        var http = HttpDoor.of(doors);
        long before = http.get("/v1/credits").json().path("debits_posted_nanos").asLong();
        var id = newId("paid");
        // When
        topics.submit(TopicDoor.chat("local/echo", PROMPT).setJobId(id).build());
        long cost = topics.awaitEnd(id).terminal().getCostNanos();
        // Then
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(http.get("/v1/credits")
                                .json()
                                .path("debits_posted_nanos")
                                .asLong())
                        .isGreaterThanOrEqualTo(before + cost));
    }
}

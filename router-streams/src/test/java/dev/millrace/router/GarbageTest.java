package dev.millrace.router;

import static dev.millrace.router.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.JobControl;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.router.store.Stores;
import dev.millrace.streams.StreamsFailures;
import dev.millrace.topic.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Garbage on every door: it is put aside with the reason, whoever waits is told, and the next record is handled. */
class GarbageTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    static Map<String, byte[]> garbage() {
        return Map.of(
                "empty", new byte[0],
                "text", "{\"model\":\"x\"}".getBytes(StandardCharsets.UTF_8),
                "only a header", new byte[] {0, 0, 0, 0, 1},
                "unknown schema",
                        ByteBuffer.allocate(20).put((byte) 0).putInt(9999).array(),
                "zeroes", new byte[1000]);
    }

    static Iterable<byte[]> bytes() {
        return garbage().values();
    }

    @ParameterizedTest
    @NullSource
    @MethodSource("bytes")
    void buriesARequestThatCannotBeRead(byte @Nullable [] bytes) {
        // When
        router.submitBytes(Samples.ACCOUNT, bytes, new RecordHeaders());
        router.submit(request("good").build());
        // Then
        var letter = router.deadLetters().getFirst();
        assertThat(letter.value()).isEqualTo(bytes);
        assertThat(letter.key()).asString(StandardCharsets.UTF_8).isEqualTo(Samples.ACCOUNT);
        assertThat(reason(letter.headers())).satisfies(reason -> {
            assertThat(reason.exception()).isEqualTo("undecodable_record");
            assertThat(reason.topic()).isEqualTo("inference-requests");
            assertThat(reason.partition()).isZero();
            assertThat(reason.message()).isNotBlank();
        });
        assertThat(router.onlyDispatch().getJobId()).isEqualTo("good");
    }

    @Test
    void tellsTheSubmitterWhoNamedItsJobInTheHeaders() {
        // When
        router.submitBytes(Samples.ACCOUNT, new byte[] {1}, jobHeader("job-1"));
        // Then
        var dispatch = router.onlyDispatch();
        assertThat(dispatch.getJobId()).isEqualTo("job-1");
        assertThat(dispatch.getAccount()).isEqualTo(Samples.ACCOUNT);
        var end = Orders.end(dispatch);
        assertThat(end.getStatus()).isEqualTo(JobStatus.FAILED);
        assertThat(end.getError().getCode()).isEqualTo("undecodable_record");
    }

    @Test
    void garbageDoesNotEndAJobThatExists() {
        router.submit(request("job-1").build());
        router.dispatches();

        router.submitBytes(Samples.ACCOUNT, new byte[] {1}, jobHeader("job-1"));

        assertThat(router.dispatches()).isEmpty();
        assertThat(router.deadLetters()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not an id", "../../etc"})
    void tellsNobodyWhenTheHeaderNamesNoJob(String header) {
        router.submitBytes(Samples.ACCOUNT, new byte[] {1}, jobHeader(header));

        assertThat(router.dispatches()).isEmpty();
        assertThat(router.deadLetters()).hasSize(1);
    }

    @Test
    void trustsNoAccountBesideTheKey() {
        // When
        router.submit("acme", request("job-1").setAccount("victim").build(), new RecordHeaders());
        // Then
        assertThat(reason(router.deadLetters().getFirst().headers()).exception())
                .isEqualTo("permission_denied");
        var dispatch = router.onlyDispatch();
        assertThat(dispatch.getAccount()).isEqualTo("acme");
        assertThat(Orders.end(dispatch).getError().getParam()).isEqualTo("account");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Not An Account", "a/b"})
    void trustsNoRecordWhoseKeyIsNoAccount(@Nullable String key) {
        router.submit(key, request("job-1").build(), new RecordHeaders());

        assertThat(router.deadLetters()).hasSize(1);
        assertThat(router.dispatches()).isEmpty();
        assertThat(router.size(Stores.JOBS)).isZero();
    }

    @Test
    void aKeyThatIsNotTextIsNoAccount() {
        router.submitRaw(
                new byte[] {(byte) 0xff, (byte) 0xfe},
                router.encode(router.topics().requests(), request("job-1").build()));

        assertThat(router.deadLetters()).hasSize(1);
        assertThat(router.dispatches()).isEmpty();
    }

    @Test
    void refusesARequestThatWouldNotFitItsDispatch() {
        var big =
                request("job-1").setMetadata(Map.of("x", "y".repeat(1_990_000))).build();

        router.submit(big);

        assertThat(router.onlyEnd().getError().getCode()).isEqualTo("request_too_large");
    }

    @Test
    void headersBeyondTheirBoundsStayBehind() {
        var headers = new RecordHeaders();
        for (int i = 0; i < 1000; i++) {
            headers.add("ce_x" + i, new byte[100]);
        }

        router.submit(Samples.ACCOUNT, request("job-1").build(), headers);

        assertThat(router.job("job-1").getHeaders()).hasSizeBetween(1, 24);
    }

    @Test
    void buriesOutcomesAndControlsThatCannotBeRead() {
        router.reportBytes(new byte[] {1, 2});
        router.controlBytes(new byte[] {3, 4});

        assertThat(router.deadLetters())
                .extracting(letter -> reason(letter.headers()).topic())
                .containsExactly("attempt-outcomes", "job-control");
    }

    @Test
    void ignoresOutcomesAndControlsThatNameNobody() {
        router.report(AttemptOutcome.newBuilder(Samples.completed("job-1", 1, 1))
                .setJobId("no job/")
                .build());
        router.report(AttemptOutcome.newBuilder(Samples.completed("job-1", 1, 1))
                .setAccount("NOBODY")
                .build());
        router.control(
                JobControl.newBuilder(Samples.cancel("job-1")).setJobId("").build());

        assertThat(router.size(Stores.PARKED)).isZero();
    }

    @Test
    void survivesAbsurdNumbersInAReport() {
        router.submit(request("job-1").build());
        router.dispatches();

        router.report(Samples.outcome("job-1", Integer.MAX_VALUE, OutcomeKind.UNAVAILABLE)
                .setEpoch(-5)
                .setRetryAfterMillis(Long.MIN_VALUE)
                .setStartedAtMillis(Long.MAX_VALUE)
                .setEndedAtMillis(Long.MIN_VALUE)
                .build());
        router.advance(Duration.ofSeconds(1));

        assertThat(router.onlyDispatch().getAttempt()).isEqualTo(2);
    }

    @Test
    void callsNothingGarbageWhileTheRegistryIsDown() {
        // Given
        var topic = router.topics().requests();
        var written = router.encode(topic, request("job-1").build());
        int unknown = router.registry()
                .put(InferenceRequest.getClassSchema().toString().replace("Only `account`", "The"));
        var bytes = Arrays.copyOf(written, written.length);
        ByteBuffer.wrap(bytes).putInt(1, unknown);
        router.registry().stop();
        // When
        assertThatThrownBy(() -> router.submitBytes(Samples.ACCOUNT, bytes, new RecordHeaders()))
                .satisfies(
                        failure -> assertThat(StreamsFailures.mayPass(failure)).isTrue());
        router.registry().restart();
        // Then
        assertThat(router.deadLetters()).isEmpty();
    }

    /** Cuts and flips of a good request at random: never a crash, always either a job, an end or a dead letter. */
    @Test
    void survivesDamagedRequests() {
        var random = new Random(42);
        var good = router.encode(router.topics().requests(), request("job-1").build());
        for (int i = 0; i < 2000; i++) {
            var damaged = Arrays.copyOf(good, random.nextBoolean() ? good.length : random.nextInt(good.length));
            for (int flips = random.nextInt(4); flips > 0 && damaged.length > 5; flips--) {
                damaged[5 + random.nextInt(damaged.length - 5)] = (byte) random.nextInt();
            }
            router.submitBytes(Samples.ACCOUNT, damaged, new RecordHeaders());
        }
        router.submit(request("last").build());

        assertThat(router.job("last").getAttempt()).isEqualTo(1);
        assertThat(router.deadLetters()).isNotEmpty();
    }

    private static Headers jobHeader(String jobId) {
        return new RecordHeaders().add("millrace-job-id", jobId.getBytes(StandardCharsets.UTF_8));
    }

    private static DeadLetter reason(Headers headers) {
        return Objects.requireNonNull(DeadLetter.of(headers));
    }
}

package dev.millrace.worker.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.avro.Announcement;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Lane;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Routing;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.Usage;
import dev.millrace.avro.Verdict;
import dev.millrace.avro.VerdictKind;
import dev.millrace.job.AccountId;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import dev.millrace.worker.Dispatches;
import dev.millrace.worker.InMemoryRegistry;
import dev.millrace.worker.call.CallDesk.DeskLimits;
import dev.millrace.worker.call.ProviderLine.Closed;
import dev.millrace.worker.call.ProviderLine.Open;
import dev.millrace.worker.intake.Work;
import dev.millrace.worker.local.LocalAdapter;
import dev.millrace.worker.local.LocalTransport;
import dev.millrace.worker.local.LocalVendor;
import dev.millrace.worker.output.RecordWriter;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.transport.Deadlines;
import dev.millrace.worker.transport.EventLoops;
import dev.millrace.worker.transport.VendorTransport;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Orders go in, records come out: everything between but Kafka and the network. */
@Timeout(60)
class CallDeskTest {
    private static final TopicCatalogue TOPICS = new TopicCatalogue(TopicSettings.DEFAULTS);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final InMemoryRegistry REGISTRY = new InMemoryRegistry();
    private static final Codecs CODECS = REGISTRY.codecs();
    private static final Vertx VERTX = Vertx.vertx();
    private static EventLoops loops;

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final AtomicReference<Exception> fatal = new AtomicReference<>();
    private final Membership membership = new Membership(10_000, System.nanoTime());
    private final Map<String, ProviderLine> lines = new ConcurrentHashMap<>(Map.of(
            "local",
            new Open(
                    new LocalAdapter(DecoderLimits.DEFAULTS, InstantSource.system()),
                    new LocalTransport(new LocalVendor()))));
    private final Map<String, JobHistory> histories = new ConcurrentHashMap<>();
    private volatile @Nullable JobHistory afterFirstRead;
    private final AtomicInteger historyReads = new AtomicInteger();
    private final CancelBoard cancels = new CancelBoard(100);
    private CallDesk desk = desk(producer, new DeskLimits(100, 50), 1 << 20);
    private long offset;

    @BeforeAll
    static void start() {
        loops = EventLoops.on(VERTX, 2);
    }

    @AfterAll
    static void close() {
        var _ = VERTX.close().toCompletionStage().toCompletableFuture().join();
        REGISTRY.close();
    }

    private CallDesk desk(MockProducer<byte[], byte[]> output, DeskLimits limits, long maxUnsentPerCall) {
        if (loops == null) {
            loops = EventLoops.on(VERTX, 2);
        }
        var writer = new RecordWriter(
                output,
                TOPICS.results(),
                CODECS.codec(TOPICS.results()),
                TOPICS.outcomes(),
                CODECS.codec(TOPICS.outcomes()),
                "w1",
                fatal::set);
        var settings = new CallSettings(
                "w1", writer, membership, Deadlines.DEFAULTS, InstantSource.system(), maxUnsentPerCall, 1 << 30);
        return new CallDesk(
                limits,
                settings,
                loops,
                provider -> lines.getOrDefault(provider, new Closed("no key")),
                provider -> provider.equals("narrow") ? 1 : 1000,
                cancels,
                new RedeliveryCheck(this::history, "w1", InstantSource.system(), () -> {}),
                new FileResolver((id, account, maxBytes) -> CompletableFuture.completedFuture(Optional.empty())));
    }

    private CompletableFuture<JobHistory> history(InferenceDispatch dispatch) {
        var later = afterFirstRead;
        if (historyReads.incrementAndGet() > 1 && later != null) {
            return CompletableFuture.completedFuture(later);
        }
        return CompletableFuture.completedFuture(
                histories.getOrDefault(dispatch.getJobId(), new JobHistory(new AccountId("acme"))));
    }

    private Work work(String job, int attempt, Object order, boolean maybeRedelivered) {
        var dispatch = Dispatches.dispatch(job, "acme", attempt, order);
        return new Work(Dispatches.PARTITION, offset++, Lane.INTERACTIVE, 5, maybeRedelivered, dispatch);
    }

    private Work offer(String job, int attempt, Object order) {
        var work = work(job, attempt, order, false);
        desk.offer(work);
        return work;
    }

    private void awaitDone(int count) {
        var done = new ArrayList<Work>();
        await().until(() -> {
            for (var work = desk.pollDone(); work.isPresent(); work = desk.pollDone()) {
                done.add(work.get());
            }
            return done.size() >= count;
        });
    }

    private List<InferenceResult> results(String job) {
        var results = new ArrayList<InferenceResult>();
        for (var record : producer.history()) {
            if (record.topic().equals(TOPICS.results().name())) {
                var result = decode(record);
                if (result.getJobId().equals(job)) {
                    results.add(result);
                }
            }
        }
        return results;
    }

    private static InferenceResult decode(ProducerRecord<byte[], byte[]> record) {
        return ((Value<InferenceResult>) CODECS.codec(TOPICS.results()).decode(record.value())).value();
    }

    private List<AttemptOutcome> outcomes() {
        return producer.history().stream()
                .filter(record -> record.topic().equals(TOPICS.outcomes().name()))
                .map(record ->
                        ((Value<AttemptOutcome>) CODECS.codec(TOPICS.outcomes()).decode(record.value())).value())
                .toList();
    }

    private AttemptOutcome outcome(String job) {
        return outcomes().stream()
                .filter(outcome -> outcome.getJobId().equals(job))
                .findFirst()
                .orElseThrow();
    }

    private static String text(List<InferenceResult> results) {
        var text = new StringBuilder();
        for (var result : results) {
            for (var delta : result.getDeltas()) {
                if (delta.getContent() instanceof TextDelta piece) {
                    text.append(piece.getText());
                }
            }
        }
        return text.toString();
    }

    private static Terminal terminal(List<InferenceResult> results) {
        return Objects.requireNonNull(results.getLast().getTerminal());
    }

    @Test
    void writesChunksTerminalAndOutcomeOfACall() {
        // When
        offer("job-a", 1, Dispatches.local("echo", "Hello big world", "{\"gap_millis\":2}"));
        awaitDone(1);
        // Then
        var results = results("job-a");
        assertThat(text(results)).isEqualTo("Hello big world");
        assertThat(results)
                .extracting(InferenceResult::getSeq)
                .containsExactlyElementsOf(
                        LongStream.range(0, results.size()).boxed().toList());
        assertThat(results).allSatisfy(result -> {
            assertThat(result.getEpoch()).isEqualTo(5);
            assertThat(result.getAttempt()).isEqualTo(1);
            assertThat(result.getProvider()).isEqualTo("local");
        });
        var terminal = terminal(results);
        assertThat(terminal.getStatus()).isEqualTo(JobStatus.COMPLETED);
        assertThat(terminal.getCostNanos()).isEqualTo(3 + 6);
        assertThat(terminal.getAttempts()).hasSize(1);
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.getKind()).isEqualTo(OutcomeKind.COMPLETED);
            assertThat(outcome.getTerminalOffset()).isEqualTo(results.size() - 1L);
            assertThat(outcome.getContentDelivered()).isTrue();
            assertThat(outcome.getLogChecked()).isFalse();
        });
        assertThat(desk.runningCount()).isZero();
    }

    @Test
    void putsTheLastContentAndTheEndIntoOneRecordWhenTheyComeTogether() {
        offer("job-a", 1, Dispatches.local("echo", "one two three", "{\"gap_millis\":0}"));
        awaitDone(1);
        assertThat(results("job-a")).singleElement().satisfies(record -> {
            assertThat(record.getDeltas()).hasSize(4);
            assertThat(record.getTerminal()).isNotNull();
        });
    }

    @Test
    void carriesTraceAndEventAttributesInHeaders() {
        offer("job-a", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"));
        awaitDone(1);
        var headers = producer.history().getFirst().headers();
        assertThat(new String(headers.lastHeader("traceparent").value(), StandardCharsets.UTF_8))
                .startsWith("00-0af7");
        assertThat(new String(headers.lastHeader("ce_subject").value(), StandardCharsets.UTF_8))
                .isEqualTo("job-a");
        assertThat(new String(headers.lastHeader("ce_id").value(), StandardCharsets.UTF_8))
                .isEqualTo("job-a/1/5/0");
        assertThat(headers.lastHeader("ce_specversion")).isNotNull();
        assertThat(headers.lastHeader("ce_type")).isNotNull();
        assertThat(headers.lastHeader("ce_source")).isNotNull();
        assertThat(headers.lastHeader("ce_time")).isNotNull();
    }

    @Test
    void leavesTheEndToTheRouterWhenTheVendorFails() {
        offer("job-a", 1, Dispatches.local("fail-503", "x", "{\"retry_after\":2}"));
        offer("job-b", 1, Dispatches.local("echo", "a b c d", "{\"gap_millis\":1,\"fail\":\"reset\",\"at\":2}"));
        awaitDone(2);
        assertThat(results("job-a")).isEmpty();
        assertThat(results("job-b"))
                .allSatisfy(result -> assertThat(result.getTerminal()).isNull());
        assertThat(outcome("job-a").getKind()).isEqualTo(OutcomeKind.UNAVAILABLE);
        assertThat(outcome("job-a").getRetryAfterMillis()).isEqualTo(2000);
        assertThat(outcome("job-a").getContentDelivered()).isFalse();
        assertThat(outcome("job-b").getKind()).isEqualTo(OutcomeKind.TRUNCATED);
        assertThat(outcome("job-b").getContentDelivered()).isTrue();
        assertThat(outcome("job-b").getUsage().getEstimated()).isTrue();
        assertThat(outcome("job-b").getTerminalOffset()).isNull();
    }

    @Test
    void runsAnAttemptOnceThatWasOrderedTwice() {
        offer("job-a", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"));
        offer("job-a", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"));
        offer("job-a", 2, Dispatches.local("echo", "x", "{\"gap_millis\":0}"));
        awaitDone(3);
        assertThat(outcomes()).extracting(AttemptOutcome::getAttempt).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void isDoneOnlyWhenTerminalAndOutcomeAreDurable() {
        // Given
        var manual = new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        desk = desk(manual, new DeskLimits(10, 5), 1 << 20);
        // When
        offer("job-a", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"));
        // Then
        await().until(() -> manual.history().size() == 1);
        assertThat(desk.pollDone()).isEmpty();
        manual.completeNext();
        await().until(() -> manual.history().size() == 2);
        assertThat(manual.history().getLast().topic())
                .isEqualTo(TOPICS.outcomes().name());
        assertThat(desk.pollDone()).isEmpty();
        manual.completeNext();
        awaitDone(1);
    }

    @Test
    void reportsASendThatFailsForGoodAndMarksNothingAsDone() {
        var manual = new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        desk = desk(manual, new DeskLimits(10, 5), 1 << 20);
        offer("job-a", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"));
        await().until(() -> manual.history().size() == 1);
        manual.errorNext(new IllegalStateException("gone"));
        await().until(() -> fatal.get() != null);
        assertThat(desk.pollDone()).isEmpty();
    }

    @Test
    void endsACancelledCallAndBillsWhatItUsed() {
        offer("job-a", 1, Dispatches.local("lorem", "say something", "{\"gap_millis\":20,\"tokens\":10000}"));
        await().until(() -> !results("job-a").isEmpty());
        desk.cancel("job-a", "somebody-else");
        desk.cancel("job-a", "acme");
        awaitDone(1);
        var terminal = terminal(results("job-a"));
        assertThat(terminal.getStatus()).isEqualTo(JobStatus.CANCELLED);
        assertThat(terminal.getUsage().getEstimated()).isTrue();
        assertThat(terminal.getUsage().getOutputTokens()).isPositive();
        assertThat(terminal.getCostNanos()).isPositive();
        assertThat(outcomes()).extracting(AttemptOutcome::getKind).containsExactly(OutcomeKind.CANCELLED);
    }

    @Test
    void abortsACallThatWasCancelledBeforeItBegan() {
        cancels.add("job-a", "acme");
        cancels.add("job-b", "somebody-else");
        offer("job-a", 1, Dispatches.local("echo", "x", ""));
        offer("job-b", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"));
        awaitDone(2);
        assertThat(terminal(results("job-a")).getStatus()).isEqualTo(JobStatus.ABORTED);
        assertThat(terminal(results("job-a")).getCostNanos()).isZero();
        assertThat(terminal(results("job-b")).getStatus()).isEqualTo(JobStatus.COMPLETED);
    }

    @Test
    void endsAWaitingCallThatIsCancelledWithoutWaitingForItsTurn() {
        desk = desk(producer, new DeskLimits(1, 1), 1 << 20);
        offer("job-a", 1, Dispatches.local("fail-hang_before_headers", "x", ""));
        offer("job-b", 1, Dispatches.local("echo", "x", ""));
        desk.cancel("job-b", "acme");
        awaitDone(1);
        assertThat(terminal(results("job-b")).getStatus()).isEqualTo(JobStatus.ABORTED);
        assertThat(desk.runningCount()).isEqualTo(1);
    }

    @Test
    void aMistakeOfOursCostsItsOwnCallOnly() {
        lines.put("broken", new Open(new BrokenAdapter(), new LocalTransport(new LocalVendor())));
        offer(
                "job-a",
                1,
                Dispatches.order("broken", "m", Dispatches.chat("x").build()).build());
        offer("job-b", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"));
        awaitDone(2);
        assertThat(outcome("job-a").getError().getCode()).isEqualTo("internal_error");
        assertThat(outcome("job-b").getKind()).isEqualTo(OutcomeKind.COMPLETED);
    }

    private static final class BrokenAdapter implements ProviderAdapter {
        @Override
        public Rendering render(AttemptOrder order, int attempt) {
            throw new IllegalStateException("a bug");
        }

        @Override
        public ReplyDecoder newDecoder(VendorCall call) {
            throw new IllegalStateException("a bug");
        }

        @Override
        public CredentialScheme credentialScheme() {
            return new CredentialScheme.Keyless();
        }
    }

    @Test
    void expiresAtTheDeadlineBeforeAndDuringACall() {
        var late = AttemptOrder.newBuilder(Dispatches.local("echo", "x", ""))
                .setDeadlineAtMillis(System.currentTimeMillis() - 1)
                .build();
        var soon = AttemptOrder.newBuilder(Dispatches.local("lorem", "x", "{\"gap_millis\":20,\"tokens\":10000}"))
                .setDeadlineAtMillis(System.currentTimeMillis() + 500)
                .build();
        offer("job-a", 1, late);
        offer("job-b", 1, soon);
        awaitDone(2);
        assertThat(terminal(results("job-a")).getStatus()).isEqualTo(JobStatus.EXPIRED);
        assertThat(terminal(results("job-a")).getUsage()).isNull();
        assertThat(results("job-a")).hasSize(1);
        assertThat(terminal(results("job-b")).getStatus()).isEqualTo(JobStatus.EXPIRED);
        assertThat(terminal(results("job-b")).getUsage().getOutputTokens()).isPositive();
    }

    @Test
    void leavesACallThatTakesLongerThanItsRequestAllowsToTheRouter() {
        var silent = "{\"fail\":\"hang_before_headers\"}";
        offer("silent-streamed", 1, allowing(400, true, Dispatches.local("echo", "x", silent)));
        offer("silent-whole", 1, allowing(400, false, Dispatches.local("echo", "x", silent)));
        var endless = Dispatches.local("lorem", "x", "{\"gap_millis\":20,\"tokens\":10000}");
        offer("endless", 1, allowing(400, true, endless));
        awaitDone(3);
        for (var job : List.of("silent-streamed", "silent-whole")) {
            assertThat(results(job)).isEmpty();
            assertThat(outcome(job).getKind()).isEqualTo(OutcomeKind.UNANSWERED);
            assertThat(outcome(job).getError().getCode()).isEqualTo("vendor_timeout");
        }
        assertThat(outcome("endless").getKind()).isEqualTo(OutcomeKind.TRUNCATED);
        assertThat(outcome("endless").getError().getCode()).isEqualTo("vendor_timeout");
        assertThat(outcome("endless").getContentDelivered()).isTrue();
        assertThat(outcome("endless").getUsage().getOutputTokens()).isPositive();
    }

    private static AttemptOrder allowing(long totalTimeoutMillis, boolean stream, AttemptOrder order) {
        var routing =
                Routing.newBuilder().setTotalTimeoutMillis(totalTimeoutMillis).build();
        var request = InferenceRequest.newBuilder(order.getRequest())
                .setRouting(routing)
                .setDelivery(new Delivery(stream, true, false, OnDisconnect.FINISH))
                .build();
        return AttemptOrder.newBuilder(order).setRequest(request).build();
    }

    @Test
    void refusesACallWithoutKeyOrWithoutWords() {
        offer(
                "job-a",
                1,
                Dispatches.order("keyless", "m", Dispatches.chat("x").build()).build());
        offer("job-b", 1, Dispatches.local("echo", "x", "not json"));
        awaitDone(2);
        assertThat(outcomes())
                .extracting(
                        outcome -> outcome.getKind() + " " + outcome.getError().getCode())
                .containsExactlyInAnyOrder("REFUSED vendor_credential", "REFUSED unsupported_parameter");
    }

    @Test
    void announcesWhatTheRouterDecided() {
        var failed = Terminal.newBuilder().setStatus(JobStatus.FAILED).build();
        offer("job-a", 2, new Announcement(failed, false));
        offer(
                "job-b",
                0,
                new Announcement(
                        Verdict.newBuilder().setKind(VerdictKind.ADMITTED).build(), true));
        awaitDone(2);
        assertThat(results("job-a")).singleElement().satisfies(record -> {
            assertThat(record.getTerminal()).isEqualTo(failed);
            assertThat(record.getAttempt()).isEqualTo(2);
            assertThat(record.getSeq()).isZero();
        });
        assertThat(results("job-b"))
                .singleElement()
                .satisfies(record -> assertThat(record.getVerdict()).isNotNull());
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.getKind()).isEqualTo(OutcomeKind.ANNOUNCED);
            assertThat(outcome.getTerminalOffset()).isNotNull();
        });
    }

    @Test
    void doesNotCallAgainWhenTheLogHasTheEnd() {
        // Given
        var history = new JobHistory(new AccountId("acme"));
        var end = Terminal.newBuilder()
                .setStatus(JobStatus.COMPLETED)
                .setCostNanos(7)
                .build();
        history.visit(41, record("job-a", 1, 4, end));
        histories.put("job-a", history);
        // When
        desk.offer(work("job-a", 1, Dispatches.local("echo", "x", ""), true));
        awaitDone(1);
        // Then
        assertThat(results("job-a")).isEmpty();
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.getKind()).isEqualTo(OutcomeKind.COMPLETED);
            assertThat(outcome.getTerminalOffset()).isEqualTo(41);
            assertThat(outcome.getTerminal().getCostNanos()).isEqualTo(7);
            assertThat(outcome.getLogChecked()).isTrue();
        });
    }

    @Test
    void runsAgainWithTheHigherEpochAndReportsTheEndThatReadersAccept() {
        var own = new JobHistory(new AccountId("acme"));
        own.visit(
                3,
                record(
                        "job-a",
                        1,
                        5,
                        Terminal.newBuilder().setStatus(JobStatus.COMPLETED).build()));
        afterFirstRead = own;
        desk.offer(work("job-a", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"), true));
        awaitDone(1);
        assertThat(results("job-a").getLast().getEpoch()).isEqualTo(5);
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.getLogChecked()).isTrue();
            assertThat(outcome.getKind()).isEqualTo(OutcomeKind.COMPLETED);
            assertThat(outcome.getTerminal()).isNotNull();
        });
        assertThat(historyReads).hasValue(2);
    }

    @Test
    void reportsNoEndThatALaterExecutionHasOvertaken() {
        // Given a log on which the end of this execution does not count
        afterFirstRead = new JobHistory(new AccountId("acme"));
        // When
        desk.offer(work("job-a", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"), true));
        awaitDone(1);
        // Then
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.getLogChecked()).isTrue();
            assertThat(outcome.getKind()).isEqualTo(OutcomeKind.UNKNOWN);
            assertThat(outcome.getTerminal()).isNull();
            assertThat(outcome.getTerminalOffset()).isNull();
            assertThat(outcome.getUsage()).isNotNull();
        });
    }

    @Test
    void reportsTheEndOfAWorkerThatCameBackFromAPause() {
        // Given the log gets a terminal of the old execution while the new one runs
        var zombie = new JobHistory(new AccountId("acme"));
        zombie.visit(
                3,
                record(
                        "job-a",
                        1,
                        4,
                        Terminal.newBuilder()
                                .setStatus(JobStatus.COMPLETED)
                                .setCostNanos(9)
                                .build()));
        afterFirstRead = zombie;
        // When
        desk.offer(work("job-a", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"), true));
        awaitDone(1);
        // Then
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.getTerminalOffset()).isEqualTo(3);
            assertThat(outcome.getTerminal().getCostNanos()).isEqualTo(9);
            assertThat(outcome.getLogChecked()).isTrue();
        });
    }

    @Test
    void saysWhatItsOwnCallUsedWhenTheEndIsAnotherOnes() {
        // Given
        var other = new JobHistory(new AccountId("acme"));
        other.visit(
                3,
                record(
                        "job-a",
                        2,
                        4,
                        Terminal.newBuilder().setStatus(JobStatus.INCOMPLETE).build()));
        afterFirstRead = other;
        // When
        desk.offer(work("job-a", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"), true));
        awaitDone(1);
        // Then
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.getKind()).isEqualTo(OutcomeKind.COMPLETED);
            assertThat(outcome.getUsage()).isNotNull();
            assertThat(outcome.getTerminal().getStatus()).isEqualTo(JobStatus.INCOMPLETE);
        });
    }

    @Test
    void reportsAnEndThatWasWrittenWhileItAnnouncedItsOwn() {
        // Given
        var other = new JobHistory(new AccountId("acme"));
        other.visit(
                3,
                record(
                        "job-a",
                        2,
                        4,
                        Terminal.newBuilder()
                                .setStatus(JobStatus.INCOMPLETE)
                                .setCostNanos(9)
                                .build()));
        afterFirstRead = other;
        // When
        desk.offer(work("job-a", 2, incomplete(), true));
        awaitDone(1);
        // Then
        assertThat(results("job-a")).hasSize(1);
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.getTerminalOffset()).isEqualTo(3);
            assertThat(outcome.getTerminal().getCostNanos()).isEqualTo(9);
            assertThat(outcome.getLogChecked()).isTrue();
        });
    }

    @Test
    void reportsNoAnnouncedEndThatReadersDoNotAccept() {
        // Given a log on which what was announced does not count
        afterFirstRead = new JobHistory(new AccountId("acme"));
        // When
        desk.offer(work("job-a", 2, incomplete(), true));
        awaitDone(1);
        // Then
        assertThat(results("job-a")).hasSize(1);
        assertThat(outcomes()).isEmpty();
    }

    private static Announcement incomplete() {
        return Announcement.newBuilder()
                .setRecord(Terminal.newBuilder().setStatus(JobStatus.INCOMPLETE).build())
                .build();
    }

    private static InferenceResult record(String job, int attempt, int epoch, Terminal end) {
        return InferenceResult.newBuilder()
                .setJobId(job)
                .setAccount("acme")
                .setAttempt(attempt)
                .setEpoch(epoch)
                .setSeq(0)
                .setCreatedAtMillis(1)
                .setTerminal(end)
                .build();
    }

    @Test
    void writesNothingOnceItMayHaveBeenReplaced() {
        // Given
        offer("job-a", 1, Dispatches.local("lorem", "x", "{\"gap_millis\":10,\"tokens\":20}"));
        await().until(() -> !results("job-a").isEmpty());
        // When
        membership.end();
        offer("job-b", 1, Dispatches.local("echo", "x", ""));
        // Then
        await().until(() -> desk.runningCount() == 0);
        assertThat(results("job-a"))
                .allSatisfy(result -> assertThat(result.getTerminal()).isNull());
        assertThat(outcomes()).isEmpty();
        assertThat(desk.pollDone()).isEmpty();
    }

    @Test
    void givesUpTheCallsOfLostPartitions() {
        offer("job-a", 1, Dispatches.local("lorem", "x", "{\"gap_millis\":10,\"tokens\":10000}"));
        await().until(() -> !results("job-a").isEmpty());
        desk.abandon(Set.of(Dispatches.PARTITION));
        await().until(() -> desk.runningCount() == 0);
        assertThat(outcomes()).isEmpty();
        assertThat(desk.pollDone()).isEmpty();
        offer("job-a", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"));
        awaitDone(1);
        assertThat(outcomes()).hasSize(1);
    }

    @Test
    void aCallThatIsItsOwnAloneGoesOnAlthoughTheGroupLosesTheWorker() {
        var work = offer("job-a", 1, Dispatches.local("lorem", "x", "{\"gap_millis\":10,\"tokens\":30}"));
        await().until(() -> !results("job-a").isEmpty());
        assertThat(desk.keep(List.of(work), PATIENCE)).isTrue();
        assertThat(outcomes()).singleElement().satisfies(kept -> {
            assertThat(kept.getKind()).isEqualTo(OutcomeKind.KEPT);
            assertThat(kept.getLeaseMillis()).isPositive();
            assertThat(kept.getContentDelivered()).isTrue();
        });
        membership.tick(System.nanoTime() + TimeUnit.SECONDS.toNanos(60));
        awaitDone(1);
        assertThat(terminal(results("job-a")).getStatus()).isEqualTo(JobStatus.COMPLETED);
    }

    @Test
    void reportsACallThatIsItsOwnAloneAsInterruptedWhenTheWorkerGoesAway() {
        var kept = offer("job-a", 1, Dispatches.local("lorem", "x", "{\"gap_millis\":10,\"tokens\":10000}"));
        offer("job-b", 1, Dispatches.local("lorem", "x", "{\"gap_millis\":10,\"tokens\":10000}"));
        await().until(() -> !results("job-a").isEmpty() && !results("job-b").isEmpty());
        assertThat(desk.keep(List.of(kept), PATIENCE)).isTrue();
        desk.interrupt();
        await().until(() -> desk.runningCount() == 0);
        assertThat(outcomes()).hasSize(2).last().satisfies(outcome -> {
            assertThat(outcome.getJobId()).isEqualTo("job-a");
            assertThat(outcome.getKind()).isEqualTo(OutcomeKind.TRUNCATED);
            assertThat(outcome.getError().getRetryable()).isTrue();
        });
    }

    @Test
    void aSlowProviderDoesNotHoldUpTheOthers() {
        lines.put("narrow", Objects.requireNonNull(lines.get("local")));
        for (int i = 0; i < 5; i++) {
            var order = AttemptOrder.newBuilder(Dispatches.local("fail-hang_before_headers", "x", ""))
                    .setProvider("narrow")
                    .build();
            offer("slow-" + i, 1, order);
        }
        offer("fast", 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"));
        awaitDone(1);
        assertThat(results("fast")).isNotEmpty();
        assertThat(desk.runningCount()).isEqualTo(1);
        assertThat(desk.waitingCount()).isEqualTo(4);
    }

    @Test
    void startsTheNextOneAsSoonAsASlotIsFree() {
        desk = desk(producer, new DeskLimits(1, 1), 1 << 20);
        for (int i = 0; i < 20; i++) {
            offer("job-" + i, 1, Dispatches.local("echo", "x", "{\"gap_millis\":0}"));
        }
        awaitDone(20);
        assertThat(outcomes()).hasSize(20);
    }

    @Test
    void aSlotOfAProviderIsFreeOnceTheVendorHasSaidAll() {
        // Given
        lines.put("narrow", Objects.requireNonNull(lines.get("local")));
        var manual = new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        desk = desk(manual, new DeskLimits(2, 1), 1 << 20);
        // When
        for (int i = 0; i < 3; i++) {
            offer(
                    "job-" + i,
                    1,
                    AttemptOrder.newBuilder(Dispatches.local("echo", "x", "{\"gap_millis\":0}"))
                            .setProvider("narrow")
                            .build());
        }
        // Then: nothing is durable, and no more than two are begun before it is
        await().until(() -> manual.history().size() == 2);
        assertThat(desk.waitingCount()).isEqualTo(1);
        assertThat(desk.pollDone()).isEmpty();
        manual.completeNext();
        await().until(() -> manual.history().size() == 3);
        manual.completeNext();
        manual.completeNext();
        await().until(() -> desk.waitingCount() == 0);
    }

    @Test
    void estimatesUsageThatTheVendorDoesNotGive() {
        lines.put(
                "silent",
                line(
                        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello there\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"));
        offer(
                "job-a",
                1,
                Dispatches.order("silent", "m", Dispatches.chat("How are you?").build())
                        .build());
        awaitDone(1);
        Usage usage = terminal(results("job-a")).getUsage();
        assertThat(usage.getEstimated()).isTrue();
        assertThat(usage.getInputTokens()).isEqualTo(7);
        assertThat(usage.getOutputTokens()).isEqualTo(2);
        assertThat(terminal(results("job-a")).getCostNanos()).isEqualTo(11);
    }

    @Test
    void holdsTheVendorBackWhileTooMuchIsNotDurable() {
        // Given
        var manual = new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        desk = desk(manual, new DeskLimits(10, 5), 2_000);
        offer("job-a", 1, Dispatches.local("lorem", "x", "{\"gap_millis\":1,\"tokens\":200}"));
        // When
        await().until(() -> manual.history().size() >= 5);
        await().pollDelay(Duration.ofMillis(400)).until(() -> true);
        int heldAt = manual.history().size();
        // Then
        assertThat(heldAt).isLessThan(100);
        await().until(() -> {
            while (manual.completeNext()) {
                Thread.onSpinWait();
            }
            return desk.pollDone().isPresent();
        });
        assertThat(manual.history().size()).isGreaterThan(150);
    }

    private static ProviderLine line(String body) {
        VendorTransport transport = (Context context, VendorCall call, VendorTransport.Listener listener) -> {
            context.runOnContext(_ -> {
                listener.connected();
                listener.head(200, new VendorHeaders(Map.of("content-type", "text/event-stream")));
                listener.bytes(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
                listener.end();
            });
            return new VendorTransport.Exchange() {
                @Override
                public void pause() {}

                @Override
                public void resume() {}

                @Override
                public void abort() {}
            };
        };
        return new Open(new LocalAdapter(DecoderLimits.DEFAULTS, InstantSource.system()), transport);
    }
}

package dev.millrace.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.Lane;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import dev.millrace.worker.Dispatches;
import dev.millrace.worker.InMemoryRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final TopicCatalogue TOPICS = new TopicCatalogue(TopicSettings.DEFAULTS);
    private static final InMemoryRegistry REGISTRY = new InMemoryRegistry();
    private static final Codecs CODECS = REGISTRY.codecs();
    private static final String INTERACTIVE =
            TOPICS.dispatch("default", Lane.INTERACTIVE).name();
    private static final String BATCH = TOPICS.dispatch("default", Lane.BATCH).name();
    private static final TopicPartition P0 = new TopicPartition(INTERACTIVE, 0);
    private static final TopicPartition P1 = new TopicPartition(BATCH, 0);

    private MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private boolean replaced;
    private final FakeDesk desk = new FakeDesk();
    private final List<String> deadLetters = new ArrayList<>();
    private final Intake intake = new Intake(
            () -> consumer,
            Map.of(INTERACTIVE, Lane.INTERACTIVE, BATCH, Lane.BATCH),
            CODECS.codec(TOPICS.dispatch("default", Lane.INTERACTIVE)),
            desk,
            (record, reason, done) -> {
                deadLetters.add(record.offset() + ": " + reason);
                done.run();
            },
            () -> replaced,
            new IntakeSettings(100, 5, Duration.ofNanos(1)));

    private static final class FakeDesk implements Desk {
        final List<Work> offered = new ArrayList<>();
        final Queue<Work> done = new ArrayDeque<>();
        final List<Work> running = new ArrayList<>();
        final List<TopicPartition> abandoned = new ArrayList<>();
        final List<Work> kept = new ArrayList<>();
        boolean interrupted;
        boolean routerAnswers = true;
        int waiting;

        @Override
        public void offer(Work work) {
            offered.add(work);
        }

        @Override
        public Optional<Work> pollDone() {
            return Optional.ofNullable(done.poll());
        }

        @Override
        public void dropWaiting(Collection<TopicPartition> partitions) {}

        @Override
        public void abandon(Collection<TopicPartition> partitions) {
            abandoned.addAll(partitions);
        }

        @Override
        public Collection<Work> running(Collection<TopicPartition> partitions) {
            return running;
        }

        @Override
        public boolean keep(Collection<Work> claimed, Duration patience) {
            kept.addAll(claimed);
            return routerAnswers;
        }

        @Override
        public void interrupt() {
            interrupted = true;
        }

        @Override
        public void close() {}

        @Override
        public int waitingCount() {
            return waiting;
        }

        @Override
        public int runningCount() {
            return 0;
        }
    }

    @AfterAll
    static void closeRegistry() {
        REGISTRY.close();
    }

    @BeforeEach
    void join() {
        consumer.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
        consumer.updateEndOffsets(Map.of(P0, 2L, P1, 0L));
        intake.subscribe();
        consumer.rebalance(List.of(P0, P1));
    }

    private void put(TopicPartition partition, long offset, String job) {
        var order = Dispatches.local("echo", "x", "");
        put(
                partition,
                offset,
                CODECS.codec(TOPICS.dispatch("default", Lane.INTERACTIVE))
                        .encode(Dispatches.dispatch(job, "acme", 1, order)));
    }

    private void put(TopicPartition partition, long offset, byte[] value) {
        consumer.addRecord(
                new ConsumerRecord<>(partition.topic(), partition.partition(), offset, new byte[] {1}, value));
    }

    private OffsetAndMetadata committed(TopicPartition partition) {
        return Objects.requireNonNull(consumer.committed(Set.of(partition)).get(partition));
    }

    private void finish(int... indexes) {
        for (int index : indexes) {
            desk.done.add(desk.offered.get(index));
        }
    }

    @Test
    void takesOrdersOfBothLanesAndKnowsWhichMayHaveBeenBegun() {
        put(P0, 1, "old");
        put(P0, 2, "new");
        put(P1, 0, "batch");
        intake.step();
        assertThat(desk.offered)
                .extracting(work -> work.dispatch().getJobId() + " " + work.lane() + " " + work.maybeRedelivered() + " "
                        + work.epoch())
                .containsExactlyInAnyOrder("old INTERACTIVE true 1", "new INTERACTIVE false 1", "batch BATCH false 1");
        assertThat(intake.member()).isTrue();
    }

    @Test
    void commitsThePrefixAndWhatIsDoneBeyondIt() {
        for (long offset = 0; offset < 4; offset++) {
            put(P0, offset, "job-" + offset);
        }
        intake.step();
        finish(0, 2);
        intake.step();
        assertThat(committed(P0).offset()).isEqualTo(1);
        assertThat(CommitMetadata.decode(committed(P0).metadata())).isEqualTo(BitSet.valueOf(new long[] {0b10}));
        finish(1, 3);
        intake.step();
        assertThat(committed(P0).offset()).isEqualTo(4);
        assertThat(committed(P0).metadata()).isEmpty();
    }

    @Test
    void commitsNothingThatIsNotDone() {
        put(P0, 0, "job");
        intake.step();
        intake.step();
        assertThat(consumer.committed(Set.of(P0)).get(P0)).isNull();
    }

    @Test
    void aNewOwnerDoesNotRunWhatIsDoneBeyondThePrefix() {
        // Given
        consumer.rebalance(List.of());
        consumer.rebalance(List.of(P0));
        var done = new BitSet();
        done.set(2);
        consumer.commitSync(Map.of(P0, new OffsetAndMetadata(1, CommitMetadata.encode(done))));
        consumer.rebalance(List.of());
        // When
        consumer.rebalance(List.of(P0));
        consumer.seek(P0, 1);
        for (long offset = 1; offset < 5; offset++) {
            put(P0, offset, "job-" + offset);
        }
        intake.step();
        // Then
        assertThat(desk.offered).extracting(Work::offset).containsExactly(1L, 2L, 4L);
    }

    @Test
    void commitsRunningCallsOfARevokedPartitionAsDone() {
        for (long offset = 0; offset < 3; offset++) {
            put(P0, offset, "job-" + offset);
        }
        intake.step();
        desk.running.add(desk.offered.get(0));
        desk.running.add(desk.offered.get(1));
        consumer.rebalance(List.of(P1));
        consumer.rebalance(List.of(P0, P1));
        assertThat(committed(P0).offset()).isEqualTo(2);
        assertThat(desk.kept).isEqualTo(desk.running);
        assertThat(desk.abandoned).isEmpty();
    }

    @Test
    void givesUpTheCallsOfARevokedPartitionWhenTheRouterCannotBeTold() {
        put(P0, 0, "job-0");
        intake.step();
        desk.running.add(desk.offered.get(0));
        desk.routerAnswers = false;
        consumer.rebalance(List.of(P1));
        assertThat(desk.abandoned).containsExactly(P0);
        consumer.rebalance(List.of(P0, P1));
        assertThat(consumer.committed(Set.of(P0)).get(P0)).isNull();
    }

    @Test
    void claimsNothingOnceItMayHaveBeenReplaced() {
        put(P0, 0, "job-0");
        intake.step();
        desk.running.add(desk.offered.get(0));
        replaced = true;
        consumer.rebalance(List.of(P1));
        assertThat(desk.kept).isEmpty();
        assertThat(desk.abandoned).containsExactly(P0);
        consumer.rebalance(List.of(P0, P1));
        assertThat(consumer.committed(Set.of(P0)).get(P0)).isNull();
    }

    @Test
    void pausesAPartitionWithTooMuchOutstandingAndAllWhenTooMuchWaits() {
        for (long offset = 0; offset < 5; offset++) {
            put(P0, offset, "job-" + offset);
        }
        intake.step();
        assertThat(consumer.paused()).containsExactly(P0);
        finish(0);
        intake.step();
        assertThat(consumer.paused()).isEmpty();
        desk.waiting = 100;
        intake.step();
        assertThat(consumer.paused()).containsExactlyInAnyOrder(P0, P1);
        desk.waiting = 0;
        intake.step();
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void setsAsideWhatCannotBeReadAndGoesOn() {
        put(P0, 0, new byte[] {9, 9, 9});
        put(
                P0,
                1,
                CODECS.codec(TOPICS.dispatch("default", Lane.INTERACTIVE))
                        .encode(InferenceDispatch.newBuilder(
                                        Dispatches.dispatch("job", "acme", 1, Dispatches.local("echo", "x", "")))
                                .setJobId("not valid!")
                                .build()));
        put(P0, 2, "good");
        intake.step();
        intake.step();
        assertThat(deadLetters).hasSize(2);
        assertThat(desk.offered)
                .singleElement()
                .satisfies(work -> assertThat(work.offset()).isEqualTo(2));
        assertThat(committed(P0).offset()).isEqualTo(2);
    }

    @Test
    void givesUpEverythingAndJoinsAnewAfterItStoodStill() {
        put(P0, 0, "job");
        intake.step();
        var before = consumer;
        consumer = new MockConsumer<>("earliest");
        intake.rejoin();
        assertThat(before.closed()).isTrue();
        assertThat(desk.abandoned).containsExactlyInAnyOrder(P0, P1);
        assertThat(consumer.subscription()).containsExactlyInAnyOrder(INTERACTIVE, BATCH);
        finish(0);
        intake.step();
        assertThat(deadLetters).isEmpty();
    }

    @Test
    void commitsAndLeavesWhenClosed() {
        put(P0, 0, "job-0");
        put(P0, 1, "job-1");
        intake.step();
        finish(0);
        intake.close(Duration.ofMillis(50));
        assertThat(desk.interrupted).isTrue();
        assertThat(consumer.closed()).isTrue();
    }
}

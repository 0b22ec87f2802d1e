package dev.millrace.worker.intake;

import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.Lane;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.registry.RegistryException;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that polls: takes orders, hands them to the desk, commits what is done.
 *
 * <p>Delivery is at least once. An order is done when its terminal and outcome are durable; only then can it be committed.
 *
 * <p><b>Revoked partitions.</b> Calls of a revoked partition go on, and are committed as done: this worker is alive and will finish them, while a
 * second call would cost money and make readers start again. Because nobody else would run them, the router is told so first and is
 * kept informed until they end: when a lease runs out it takes the worker for dead and orders another attempt. If the worker shuts down
 * before they end, they are reported as interrupted. When the commit fails the partition counts as lost. <b>Lost partitions</b> (this worker was thought dead) have new owners already:
 * their calls are given up and nothing more is written.
 */
public final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LEAVE = Duration.ofSeconds(3);
    private static final Duration INTERRUPT = Duration.ofMillis(500);
    private static final Duration REGISTRY_PATIENCE = Duration.ofMinutes(2);
    private static final Duration REGISTRY_PAUSE = Duration.ofSeconds(1);
    private static final Duration DRAIN_POLL = Duration.ofMillis(20);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Map<String, Lane> laneByTopic;
    private final AvroCodec<InferenceDispatch> codec;
    private final Desk desk;
    private final DeadLetters deadLetters;
    private final BooleanSupplier replaced;
    private final IntakeSettings settings;
    private final PartitionBook book = new PartitionBook();
    private final Queue<Aside> setAsideDone = new ConcurrentLinkedQueue<>();
    private final Rebalances rebalances = new Rebalances();
    private long lastCommitNanos = System.nanoTime();
    private Consumer<byte[], byte[]> consumer;
    private boolean leaving;
    private volatile boolean member;

    /** Where records go that cannot be read. */
    @FunctionalInterface
    public interface DeadLetters {
        /** Sets the record aside; runs {@code done} once that is durable. */
        void setAside(ConsumerRecord<byte[], byte[]> record, String reason, Runnable done);
    }

    public Intake(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Map<String, Lane> laneByTopic,
            AvroCodec<InferenceDispatch> codec,
            Desk desk,
            DeadLetters deadLetters,
            BooleanSupplier replaced,
            IntakeSettings settings) {
        this.consumers = consumers;
        this.consumer = consumers.get();
        this.laneByTopic = Map.copyOf(laneByTopic);
        this.codec = codec;
        this.desk = desk;
        this.deadLetters = deadLetters;
        this.replaced = replaced;
        this.settings = settings;
    }

    /** Joins the group. */
    public void subscribe() {
        consumer.subscribe(laneByTopic.keySet(), rebalances);
    }

    /** Leaves the group and joins it anew, for a worker that may have been replaced while it stood still: gives up everything. */
    public void rejoin() {
        LOG.atWarn()
                .log("This worker stood still for longer than its group waits: it gives up its calls and joins anew");
        lost(book.partitions());
        leave();
        // A consumer that was fenced while it stood still is in no state to subscribe again.
        consumer = consumers.get();
        leaving = false;
        subscribe();
    }

    private void leave() {
        leaving = true;
        try {
            consumer.close(CloseOptions.timeout(LEAVE));
        } catch (KafkaException e) {
            LOG.atWarn().setCause(e).log("The group could not be left in order; it will notice by itself");
        }
    }

    /** One round: poll, take, commit when it is time. */
    public void step() {
        step(POLL);
    }

    private void step(Duration wait) {
        for (var record : consumer.poll(wait)) {
            take(record);
        }
        member = consumer.groupMetadata().generationId() >= 0;
        collectDone();
        balance();
        if (System.nanoTime() - lastCommitNanos >= settings.commitInterval().toNanos()) {
            lastCommitNanos = System.nanoTime();
            commitAsync();
        }
    }

    /** Whether the group has taken this worker in. Thread-safe. */
    public boolean member() {
        return member;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        var partition = new TopicPartition(record.topic(), record.partition());
        if (!book.admit(partition, record.offset())) {
            return;
        }
        switch (decode(record)) {
            case Value<InferenceDispatch>(var dispatch)
            when JobId.isValid(dispatch.getJobId()) && AccountId.isValid(dispatch.getAccount()) ->
                offer(record, partition, dispatch);
            case Value<InferenceDispatch> _ -> setAside(record, partition, "job id or account is not valid");
            case Undecodable<InferenceDispatch>(var reason) -> setAside(record, partition, reason);
        }
    }

    /** Waits for a registry that does not answer: the record may be fine, and setting it aside would lose a job. */
    private AvroCodec.Decoded<InferenceDispatch> decode(ConsumerRecord<byte[], byte[]> record) {
        long end = System.nanoTime() + REGISTRY_PATIENCE.toNanos();
        while (true) {
            try {
                return codec.decode(record.value());
            } catch (RegistryException.Unavailable e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                LOG.atWarn().setCause(e).log("Schema registry does not answer; trying again");
                LockSupport.parkNanos(REGISTRY_PAUSE.toNanos());
            }
        }
    }

    private void offer(ConsumerRecord<byte[], byte[]> record, TopicPartition partition, InferenceDispatch dispatch) {
        var work = new Work(
                partition,
                record.offset(),
                Objects.requireNonNull(laneByTopic.get(record.topic())),
                consumer.groupMetadata().generationId(),
                dispatch.getCheckLog() || book.maybeRedelivered(partition, record.offset()),
                dispatch);
        desk.offer(work);
    }

    private void setAside(ConsumerRecord<byte[], byte[]> record, TopicPartition partition, String reason) {
        LOG.atWarn()
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .addKeyValue("reason", reason)
                .log("Order cannot be read; set aside as a dead letter");
        deadLetters.setAside(record, reason, () -> setAsideDone.add(new Aside(partition, record.offset())));
    }

    private record Aside(TopicPartition partition, long offset) {}

    private void collectDone() {
        for (var work = desk.pollDone(); work.isPresent(); work = desk.pollDone()) {
            book.complete(work.get().partition(), work.get().offset());
        }
        for (var aside = setAsideDone.poll(); aside != null; aside = setAsideDone.poll()) {
            book.complete(aside.partition(), aside.offset());
        }
    }

    /** Stops the flow where too much is on the way, and lets it go on where there is room again. */
    private void balance() {
        boolean all = desk.waitingCount() >= settings.maxWaiting();
        var paused = consumer.paused();
        for (var partition : book.partitions()) {
            boolean full = all || book.isFull(partition, settings.maxOutstandingPerPartition());
            if (full && !paused.contains(partition)) {
                consumer.pause(Set.of(partition));
            } else if (!full && paused.contains(partition)) {
                consumer.resume(Set.of(partition));
            }
        }
    }

    private void commitAsync() {
        var commits = book.dirtyCommits(book.partitions());
        if (!commits.isEmpty()) {
            consumer.commitAsync(commits, (_, failure) -> {
                if (failure != null) {
                    book.commitFailed(commits.keySet());
                }
            });
        }
    }

    private boolean commitSync(Collection<TopicPartition> partitions) {
        var commits = book.dirtyCommits(partitions);
        if (commits.isEmpty()) {
            return true;
        }
        try {
            consumer.commitSync(commits, LEAVE);
            return true;
        } catch (RebalanceInProgressException | RetriableException | CommitFailedException e) {
            LOG.atWarn().setCause(e).log("Commit failed; what is not committed will be delivered again and looked up");
            return false;
        }
    }

    /** Stops taking orders, lets running calls end for that time, gives up the rest, commits and leaves the group. */
    public void close(Duration drain) {
        desk.close();
        desk.dropWaiting(book.partitions());
        long end = System.nanoTime() + drain.toNanos();
        consumer.pause(consumer.assignment());
        while (desk.runningCount() > 0 && System.nanoTime() < end) {
            consumer.pause(consumer.assignment());
            for (var record : consumer.poll(DRAIN_POLL)) {
                LOG.atDebug().addKeyValue("offset", record.offset()).log("Left for another worker");
            }
            collectDone();
        }
        desk.interrupt();
        long patience = System.nanoTime() + (drain.isZero() ? 0 : INTERRUPT.toNanos());
        while (desk.runningCount() > 0 && System.nanoTime() < patience) {
            LockSupport.parkNanos(DRAIN_POLL.toNanos());
        }
        collectDone();
        commitSync(book.partitions());
        leave();
    }

    private void lost(Collection<TopicPartition> partitions) {
        desk.abandon(partitions);
        book.close(partitions);
    }

    private final class Rebalances implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            var committed = consumer.committed(new HashSet<>(partitions));
            var starts = consumer.beginningOffsets(partitions);
            var ends = consumer.endOffsets(partitions);
            for (var partition : partitions) {
                book.assign(
                        partition,
                        committed.get(partition),
                        Objects.requireNonNull(starts.get(partition)),
                        Objects.requireNonNull(ends.get(partition)));
            }
            LOG.atInfo().addKeyValue("partitions", partitions).log("Partitions assigned");
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (leaving || partitions.isEmpty()) {
                return;
            }
            if (replaced.getAsBoolean()) {
                lost(partitions);
                return;
            }
            desk.dropWaiting(partitions);
            collectDone();
            var running = desk.running(partitions);
            if (!desk.keep(running, LEAVE)) {
                lost(partitions);
                return;
            }
            book.claim(running);
            if (!commitSync(partitions)) {
                lost(partitions);
                return;
            }
            book.close(partitions);
            LOG.atInfo()
                    .addKeyValue("partitions", partitions)
                    .addKeyValue("running", running.size())
                    .log("Partitions revoked; their running calls are finished here");
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            LOG.atWarn().addKeyValue("partitions", partitions).log("Partitions lost; their calls are given up");
            lost(partitions);
        }
    }
}

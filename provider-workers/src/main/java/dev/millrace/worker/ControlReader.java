package dev.millrace.worker;

import dev.millrace.avro.JobCommand;
import dev.millrace.avro.JobControl;
import dev.millrace.registry.RegistryException;
import dev.millrace.serde.AvroCodec;
import dev.millrace.serde.AvroCodec.Undecodable;
import dev.millrace.serde.AvroCodec.Value;
import dev.millrace.topic.Topic;
import dev.millrace.worker.call.CallDesk;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every cancel there is, from the beginning of what the topic keeps, on a thread of its own: a job may be cancelled before its order
 * gets here, and any worker may be the one that runs it.
 */
final class ControlReader implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlReader.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration REGISTRY_PAUSE = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final Topic<JobControl> topic;
    private final AvroCodec<JobControl> codec;
    private final CallDesk desk;
    private final java.util.function.Consumer<Exception> onFatal;
    private volatile boolean caughtUp;
    private volatile boolean closed;

    ControlReader(
            Consumer<byte[], byte[]> consumer,
            Topic<JobControl> topic,
            AvroCodec<JobControl> codec,
            CallDesk desk,
            java.util.function.Consumer<Exception> onFatal) {
        this.consumer = consumer;
        this.topic = topic;
        this.codec = codec;
        this.desk = desk;
        this.onFatal = onFatal;
    }

    /** Whether everything that was there at the start has been read. */
    boolean caughtUp() {
        return caughtUp;
    }

    @Override
    public void run() {
        try {
            var partitions = IntStream.range(0, topic.partitions())
                    .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (!closed) {
                consumer.poll(caughtUp ? POLL : Duration.ofMillis(20)).forEach(record -> read(record.value()));
                caughtUp = caughtUp || reached(ends);
            }
        } catch (WakeupException e) {
            LOG.atDebug().log("Woken up to close");
        } catch (RuntimeException e) {
            // The outermost loop of this thread: without cancels the worker would run what nobody wants.
            onFatal.accept(e);
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        }
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void read(byte[] value) {
        switch (decode(value)) {
            case Value<JobControl>(var control) -> {
                if (control.getCommand() == JobCommand.CANCEL) {
                    desk.cancel(control.getJobId(), control.getAccount());
                }
            }
            case Undecodable<JobControl>(var reason) ->
                LOG.atWarn().addKeyValue("reason", reason).log("Control record cannot be read; passed over");
        }
    }

    /** Waits for a registry that does not answer: the record may be a cancel, and calls that run need none of it. */
    private AvroCodec.Decoded<JobControl> decode(byte[] value) {
        while (true) {
            try {
                return codec.decode(value);
            } catch (RegistryException.Unavailable e) {
                if (closed) {
                    throw new WakeupException();
                }
                LOG.atWarn().setCause(e).log("Schema registry does not answer; cancels wait for it");
                LockSupport.parkNanos(REGISTRY_PAUSE.toNanos());
            }
        }
    }

    /** Ends {@link #run}. */
    void close() {
        closed = true;
        consumer.wakeup();
    }
}

package dev.millrace.worker.intake;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Where polled orders go and finished ones come from. Thread-safe. */
public interface Desk {
    /** Takes an order; it starts now or when its turn comes. */
    void offer(Work work);

    /** The next finished order, in no particular sequence. */
    Optional<Work> pollDone();

    /** Drops what waits of these partitions and was not begun. */
    void dropWaiting(Collection<TopicPartition> partitions);

    /** Gives up what waits and what runs of these partitions, without writing anything more. */
    void abandon(Collection<TopicPartition> partitions);

    /** What runs of these partitions, announcements that are being written included. */
    Collection<Work> running(Collection<TopicPartition> partitions);

    /**
     * Tells the router that these running calls are this worker's alone from now on, and goes on telling until they end: once they are
     * committed as done no other worker will run them. Blocks until the router's log has it.
     *
     * @return false when it could not be told in time; the calls must be given up then
     */
    boolean keep(Collection<Work> claimed, Duration patience);

    /** The worker goes away: ends what still runs. What another worker will run is given up, the rest is reported as interrupted. */
    void interrupt();

    /** Starts nothing more. */
    void close();

    int waitingCount();

    int runningCount();
}

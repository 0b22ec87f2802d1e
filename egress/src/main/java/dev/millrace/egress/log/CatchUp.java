package dev.millrace.egress.log;

import dev.millrace.egress.log.JobRecords.Pass;
import dev.millrace.egress.log.LogReader.Start;
import dev.millrace.error.ErrorCode;
import dev.millrace.registry.RegistryException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings feeds up to the present from the log, each on a virtual thread with a reader of the pool, and hands them to the live tail.
 *
 * <p>While the cluster or the schema registry does not answer, a feed waits and tries again for as long as its subscriber stays.
 */
final class CatchUp {
    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final ExecutorService threads;
    private final ReaderPool pool;
    private final LiveTail tail;
    private final JobRecords records;
    private final Existence existence;

    CatchUp(ExecutorService threads, ReaderPool pool, LiveTail tail, JobRecords records, Existence existence) {
        this.threads = threads;
        this.pool = pool;
        this.tail = tail;
        this.records = records;
        this.existence = existence;
    }

    /** Starts reading for a feed that is registered with the tail already. */
    void begin(JobFeed feed) {
        threads.execute(() -> bringUp(feed));
    }

    private void bringUp(JobFeed feed) {
        try {
            tail.follow(records.partition(feed.order().id()).partition()).get();
            while (feed.reading()) {
                readOnce(feed);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            feed.lose(ErrorCode.LOG_UNAVAILABLE, "this replica is shutting down");
        } catch (CancellationException | ExecutionException e) {
            feed.lose(ErrorCode.LOG_UNAVAILABLE, "this replica is shutting down");
        }
    }

    private void readOnce(JobFeed feed) throws InterruptedException {
        try {
            pool.lend(reader -> {
                pass(feed, reader);
                return true;
            });
        } catch (InterruptException e) {
            throw new InterruptedException("interrupted while reading the log");
        } catch (KafkaException | RegistryException.Unavailable e) {
            LOG.atWarn()
                    .addKeyValue("jobId", feed.order().id())
                    .setCause(e)
                    .log("reading a job back failed, tries again");
            Thread.sleep(RETRY);
        }
    }

    private void pass(JobFeed feed, LogReader reader) throws InterruptedException {
        var id = feed.order().id();
        long from = feed.nextOffset();
        var start = from >= 0 ? new Start.AtOffset(from) : JobRecords.beginning(id);
        switch (records.read(reader, id, start, feed::read)) {
            case Pass.Expired() -> feed.lose(ErrorCode.RESULT_EXPIRED, Existence.EXPIRED);
            case Pass.Stopped() -> feed.park();
            case Pass.Complete(var nextOffset) -> {
                if (from < 0 && !feed.anyAccepted()) {
                    switch (existence.of(reader, id, feed.order().account())) {
                        case QUEUED -> feed.exists();
                        case UNKNOWN -> feed.lose(ErrorCode.JOB_NOT_FOUND, Existence.NOT_FOUND);
                        case EXPIRED -> feed.lose(ErrorCode.RESULT_EXPIRED, Existence.EXPIRED);
                    }
                }
                feed.caughtUp(nextOffset);
            }
        }
    }
}

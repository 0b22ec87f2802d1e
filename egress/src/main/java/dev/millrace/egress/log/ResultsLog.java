package dev.millrace.egress.log;

import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicCatalogue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/** {@link JobLog} over Kafka: a live tail of {@code inference-results} by assign(), and catch-up from the log. One per process. */
public final class ResultsLog implements JobLog, AutoCloseable {
    public ResultsLog(
            Vertx vertx, KafkaConnection kafka, TopicCatalogue topics, Codecs codecs, ResultsLogConfig config) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
    }

    /** Starts the tail; completes when it has its place at the end of every partition it tails. Retries until closed. */
    public Future<Void> start() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }

    @Override
    public int choosePartition() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        return 0;
    }

    @Override
    public Subscription open(JobId id, AccountId account, JobListener listener) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }

    @Override
    public Subscription resume(JobId id, AccountId account, long afterIndex, JobListener listener) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }

    @Override
    public Future<JobSnapshot> snapshot(JobId id, AccountId account) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }

    @Override
    public Future<List<JobSummary>> recent(AccountId account, int limit) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }

    /** Ends every subscription with {@code LOG_UNAVAILABLE} and stops the threads. Blocks for at most a few seconds. */
    @Override
    public void close() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
    }
}

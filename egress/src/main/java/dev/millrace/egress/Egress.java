package dev.millrace.egress;

import dev.millrace.egress.access.ApiKeyAuthentication;
import dev.millrace.egress.http.JobsApi;
import dev.millrace.egress.log.ResultsLog;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicCatalogue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** The egress module assembled: results log, keys, balances and, when configured, an HTTP server of its own. */
public final class Egress implements AutoCloseable {
    public Egress(Vertx vertx, KafkaConnection kafka, TopicCatalogue topics, Codecs codecs, EgressConfig config) {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
    }

    /** Starts all parts; completes when results can be followed and keys checked. */
    public Future<Void> start() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }

    /** Whether start has completed and close has not begun. */
    public boolean ready() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        return false;
    }

    /** Port of the server of its own; -1 without one. */
    public int port() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        return 0;
    }

    public ResultsLog results() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }

    public ApiKeyAuthentication authentication() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }

    public JobsApi jobsApi() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
        throw new IllegalStateException();
    }

    @Override
    public void close() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("not built yet");
        }
    }
}

package dev.millrace.streams;

import dev.millrace.registry.RegistryException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a stream thread that failed: replaced when the cause may pass (broker or registry does not answer), else the
 * application stops, so that its owner sees it and no record is skipped. Thread-safe.
 */
public final class StreamsFailures implements StreamsUncaughtExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsFailures.class);

    private final String application;
    private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();

    public StreamsFailures(String application) {
        this.application = application;
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable failure) {
        if (mayPass(failure)) {
            LOG.atWarn()
                    .setCause(failure)
                    .addKeyValue("application", application)
                    .log("stream thread failed for a reason that may pass; starting another");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        fatal.compareAndSet(null, failure);
        LOG.atError()
                .setCause(failure)
                .addKeyValue("application", application)
                .log("stream thread failed; stopping this instance, nothing of its last transaction counts");
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** What stopped the application, or null. */
    public @Nullable Throwable fatal() {
        return fatal.get();
    }

    /** Whether the same work may succeed later without anyone changing anything. */
    public static boolean mayPass(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException
                    || cause instanceof RegistryException.Unavailable
                    || cause instanceof TaskCorruptedException
                    || cause instanceof TaskMigratedException) {
                return true;
            }
        }
        return false;
    }
}

package dev.millrace.ops.stack;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of a start, each on its own thread as soon as its turn comes, timed at DEBUG. */
final class Phases {
    private static final Logger LOG = LoggerFactory.getLogger(Phases.class);
    private static final Executor THREADS =
            task -> Thread.ofPlatform().daemon().name("start").start(task);

    private final long startedNanos = System.nanoTime();

    /** Runs {@code step} on a thread of its own. */
    <T> CompletableFuture<T> begin(String name, Callable<T> step) {
        return CompletableFuture.supplyAsync(() -> run(name, step), THREADS);
    }

    /** Runs {@code step} here. */
    <T> T run(String name, Callable<T> step) {
        long beganNanos = System.nanoTime();
        try {
            var result = step.call();
            LOG.atDebug()
                    .addKeyValue("phase", name)
                    .addKeyValue("tookMillis", (System.nanoTime() - beganNanos) / 1_000_000)
                    .addKeyValue("sinceStartMillis", (System.nanoTime() - startedNanos) / 1_000_000)
                    .log("Start phase done");
            return result;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new StackException("The start failed in phase " + name + ": " + e, e);
        }
    }

    long elapsedMillis() {
        return (System.nanoTime() - startedNanos) / 1_000_000;
    }

    /** The result; what the step threw is thrown as it was. */
    static <T> T await(CompletableFuture<T> step) {
        try {
            return step.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}

package dev.millrace.worker.transport;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** One context on each event loop, given out in turn, so that calls spread over the loops. Thread-safe. */
public final class EventLoops implements AutoCloseable {
    private static final long START_SECONDS = 30;

    private final Vertx vertx;
    private final String deployment;
    private final List<Context> contexts;
    private final AtomicInteger next = new AtomicInteger();

    private EventLoops(Vertx vertx, String deployment, List<Context> contexts) {
        this.vertx = vertx;
        this.deployment = deployment;
        this.contexts = contexts;
    }

    /** Takes {@code count} contexts of {@code vertx}; blocks until they are there, so not to be called on an event loop. */
    public static EventLoops on(Vertx vertx, int count) {
        var contexts = new CopyOnWriteArrayList<Context>();
        var deployed = vertx.deployVerticle(() -> new Holder(contexts), new DeploymentOptions().setInstances(count));
        try {
            var id = deployed.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
            return new EventLoops(vertx, id, List.copyOf(contexts));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting event loops", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("event loops did not start", e);
        }
    }

    /** The next context in turn. */
    public Context next() {
        return contexts.get(Math.floorMod(next.getAndIncrement(), contexts.size()));
    }

    /** Gives the contexts back. */
    @Override
    public void close() {
        vertx.undeploy(deployment);
    }

    private static final class Holder extends VerticleBase {
        private final List<Context> contexts;

        Holder(List<Context> contexts) {
            this.contexts = contexts;
        }

        @Override
        public Future<?> start() {
            contexts.add(Objects.requireNonNull(context));
            return Future.succeededFuture();
        }
    }
}

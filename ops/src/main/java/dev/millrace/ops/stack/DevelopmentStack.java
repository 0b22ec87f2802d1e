package dev.millrace.ops.stack;

import dev.millrace.ops.client.Endpoints;
import dev.millrace.ops.config.Configuration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Everything in this process, on an embedded broker and registry, with its data in one directory.
 *
 * <p>{@link #start} returns a stack that serves; {@link #leave} takes 4.5 s at most. Several may run in one process,
 * each with a directory of its own. Thread-safe.
 */
public final class DevelopmentStack implements AutoCloseable {
    private static final Duration LEAVE_WITHIN = Duration.ofMillis(4500);
    private static final Duration CLOSE_WITHIN = Duration.ofMinutes(1);

    private final Endpoints endpoints;
    private final Path data;
    private final long startMillis;
    private final Departure departure;
    private final Supplier<Optional<String>> failure;
    private final Supplier<Set<String>> ollamaModels;

    DevelopmentStack(
            Endpoints endpoints,
            Path data,
            long startMillis,
            Departure departure,
            Supplier<Optional<String>> failure,
            Supplier<Set<String>> ollamaModels) {
        this.endpoints = endpoints;
        this.data = data;
        this.startMillis = startMillis;
        this.departure = departure;
        this.failure = failure;
        this.ollamaModels = ollamaModels;
    }

    /**
     * Starts everything; blocks until it serves.
     *
     * @param environment where vendors' keys are looked up
     * @param fresh deletes the data of earlier runs first
     * @throws StackException when a part cannot run; nothing is left running then
     */
    public static DevelopmentStack start(Configuration configuration, Map<String, String> environment, boolean fresh) {
        return new StackStart(configuration, environment, fresh).run();
    }

    public Endpoints endpoints() {
        return endpoints;
    }

    /** Where the data is kept, absolute. */
    public Path data() {
        return data;
    }

    public long startMillis() {
        return startMillis;
    }

    /** Models of the Ollama found on this machine; they may come and go. */
    public Set<String> ollamaModels() {
        return ollamaModels.get();
    }

    /** Why the stack cannot go on; empty while it can. Its owner should close it then. */
    public Optional<String> failure() {
        return failure.get();
    }

    /**
     * For a process that ends next: leaves in order (ingress, egress, workers, router and billing, registry, broker) and returns after
     * 4.5 s at the latest. Idempotent.
     */
    public void leave() {
        departure.closeAll(LEAVE_WITHIN);
    }

    /** Leaves in the same order and waits until another stack could have the directory. Idempotent. */
    @Override
    public void close() {
        departure.closeAll(CLOSE_WITHIN);
    }
}

package dev.millrace.ops.management;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether this process can take work, component by component. Thread-safe. */
public final class Health {
    private final Map<String, BooleanSupplier> components = new ConcurrentSkipListMap<>();
    private final List<Supplier<Optional<String>>> watched = new CopyOnWriteArrayList<>();
    private volatile @Nullable String fault;

    /** Adds a component; {@code ready} must not block. */
    public void component(String name, BooleanSupplier ready) {
        components.put(name, ready);
    }

    /** Adds something that may stop for good; {@code failure} must not block. */
    public void watch(String name, Supplier<@Nullable Throwable> failure) {
        watched.add(() -> Optional.ofNullable(failure.get()).map(cause -> "The " + name + " cannot go on: " + cause));
    }

    /** Marks the process as beyond repair: whoever watches it should start another. */
    public void fail(String reason) {
        fault = reason;
    }

    /** Why the process cannot go on; empty while it can. */
    public Optional<String> fault() {
        return Optional.ofNullable(fault)
                .or(() -> watched.stream()
                        .map(Supplier::get)
                        .flatMap(Optional::stream)
                        .findFirst());
    }

    /** Each component's state now, by name. */
    public Map<String, Boolean> states() {
        var states = new LinkedHashMap<String, Boolean>();
        components.forEach((name, ready) -> states.put(name, ready.getAsBoolean()));
        return states;
    }

    /** True when there is no fault and every component is ready. */
    public boolean ready() {
        return fault().isEmpty() && !states().containsValue(false);
    }
}

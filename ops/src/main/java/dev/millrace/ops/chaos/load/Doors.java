package dev.millrace.ops.chaos.load;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Doors that lead to the same: a client that finds one shut tries another, and all of them leave it alone for a while. Thread-safe. */
final class Doors {
    private static final long SHUT_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

    private final List<Door> all;
    private final Map<Door, Long> shutSinceNanos = new ConcurrentHashMap<>();

    Doors(List<Door> all) {
        this.all = List.copyOf(all);
    }

    List<Door> all() {
        return all;
    }

    /** One that was not found shut of late; any, when all were. */
    Door any(SplittableRandom random) {
        long nowNanos = System.nanoTime();
        var open = all.stream()
                .filter(door -> {
                    var since = shutSinceNanos.get(door);
                    return since == null || nowNanos - since > SHUT_NANOS;
                })
                .toList();
        var among = open.isEmpty() ? all : open;
        return among.get(random.nextInt(among.size()));
    }

    /** It does not answer. */
    void shut(Door door) {
        shutSinceNanos.put(door, System.nanoTime());
    }
}

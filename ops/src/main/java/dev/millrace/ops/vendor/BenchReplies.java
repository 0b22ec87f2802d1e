package dev.millrace.ops.vendor;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Replies of bench models by dialect and name, rendered when first asked for. Thread-safe. */
final class BenchReplies {
    /** More names than a load test has; over it all are rendered anew. */
    private static final int MOST_KEPT = 64;

    private record Key(WireDialect dialect, String name) {}

    private final ConcurrentMap<Key, BenchReply> replies = new ConcurrentHashMap<>();

    /**
     * The replies of a model; empty when its name is not one of a bench model.
     *
     * @throws IllegalArgumentException when a number of the name is out of its limits
     */
    Optional<BenchReply> of(WireDialect dialect, String name) {
        var key = new Key(dialect, name);
        var known = replies.get(key);
        return known != null
                ? Optional.of(known)
                : BenchModel.ofName(name).map(model -> keep(key, BenchReply.of(dialect, name, model)));
    }

    private BenchReply keep(Key key, BenchReply reply) {
        if (replies.size() >= MOST_KEPT) {
            replies.clear();
        }
        replies.put(key, reply);
        return reply;
    }
}

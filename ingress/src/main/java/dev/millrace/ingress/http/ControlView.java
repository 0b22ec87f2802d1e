package dev.millrace.ingress.http;

import java.util.Map;
import java.util.Optional;

/**
 * A compacted control topic as this process knows it. Does not block; may be a moment behind the log.
 *
 * @param <V> value of the topic
 */
public interface ControlView<V> {
    Optional<V> find(String id);

    /** A copy of everything. */
    Map<String, V> all();
}

package dev.millrace.router;

import dev.millrace.catalogue.Catalogue;
import dev.millrace.registry.RegistryClient;
import dev.millrace.serde.Codecs;
import dev.millrace.streams.StreamsFailures;
import java.time.Duration;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/** One instance of the router. Thread-safe. */
public final class Router implements AutoCloseable {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(4);

    private final RegistryClient registry;
    private final StreamsFailures failures;
    private final KafkaStreams streams;

    /** Connects to nothing yet, except that the topology is built. */
    public Router(RouterConfig config, Catalogue catalogue) {
        this.registry = new RegistryClient(config.registry());
        this.failures = new StreamsFailures(config.applicationId());
        var topology = RouterTopology.build(config, catalogue, new Codecs(registry));
        var properties = config.streams()
                .properties(
                        config.applicationId(), config.kafka(), config.topics().replicationFactor());
        this.streams = new KafkaStreams(topology, properties);
        streams.setUncaughtExceptionHandler(failures);
    }

    /** Joins the group. The topics must exist. Returns at once; {@link #ready()} tells when tasks run. */
    public void start() {
        streams.start();
    }

    /** Whether this instance runs; one without tasks (standby only) counts as running. */
    public boolean ready() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /** What stopped this instance for good, or null. */
    public @Nullable Throwable failure() {
        return failures.fatal();
    }

    /** The running application, for metrics and interactive queries. */
    public KafkaStreams streams() {
        return streams;
    }

    /** Commits, leaves the group so that others take over at once, and frees everything. At most about four seconds. */
    @Override
    public void close() {
        streams.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_WITHIN));
        registry.close();
    }
}

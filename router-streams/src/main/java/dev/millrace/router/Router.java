package dev.millrace.router;

import dev.millrace.catalogue.Catalogue;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryException;
import dev.millrace.serde.Codecs;
import dev.millrace.streams.StreamsApplication;
import dev.millrace.topic.TopicCatalogue;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/** One instance of the router. Thread-safe. */
public final class Router implements AutoCloseable {
    private final RegistryClient registry;
    private final Codecs codecs;
    private final TopicCatalogue topics;
    private final StreamsApplication application;

    /**
     * Builds the topology; connects to nothing yet.
     *
     * @param catalogue the one in force, asked for every request
     */
    public Router(RouterConfig config, Supplier<Catalogue> catalogue) {
        this.registry = new RegistryClient(config.registry());
        this.codecs = new Codecs(registry);
        this.topics = new TopicCatalogue(config.topics());
        this.application = new StreamsApplication(
                config.applicationId(),
                RouterTopology.build(config, catalogue, codecs),
                config.streams(),
                config.kafka(),
                config.topics().replicationFactor());
    }

    /**
     * Registers the schemas and joins the group; returns before tasks run. The topics must exist.
     *
     * @throws RegistryException when the registry refuses a schema or does not answer
     * @throws IllegalStateException when the cluster does not answer or is too old
     */
    public void start() {
        codecs.registerAll(topics);
        application.start();
    }

    /** Whether this instance runs and has its tasks restored. */
    public boolean ready() {
        return application.ready();
    }

    /** What stopped this instance for good, or null. */
    public @Nullable Throwable failure() {
        return application.failure();
    }

    /** The running application, for metrics and queries. */
    public KafkaStreams streams() {
        return application.streams();
    }

    /** Commits, leaves the group so that others take over at once, and frees everything. At most about four seconds. */
    @Override
    public void close() {
        application.close();
        registry.close();
    }
}

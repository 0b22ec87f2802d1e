package dev.millrace.streams;

import dev.millrace.topic.KafkaConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;

/** One instance of a Streams application. Thread-safe. */
public final class StreamsApplication implements AutoCloseable {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(4);
    private static final int ASK_WITHIN_MILLIS = 15_000;
    private static final short SAFE_TRANSACTIONS = 2;

    private final KafkaConnection kafka;
    private final StreamsSettings settings;
    private final StreamsFailures failures;
    private final KafkaStreams streams;

    /**
     * An instance that is not started.
     *
     * @param replicationFactor of changelogs
     */
    public StreamsApplication(
            String applicationId,
            Topology topology,
            StreamsSettings settings,
            KafkaConnection kafka,
            short replicationFactor) {
        this.kafka = kafka;
        this.settings = settings;
        this.failures = new StreamsFailures(applicationId);
        this.streams = new KafkaStreams(topology, settings.properties(applicationId, kafka, replicationFactor));
        streams.setUncaughtExceptionHandler(failures);
    }

    /**
     * Joins the group; returns before tasks run. The topics must exist.
     *
     * @throws IllegalStateException when the cluster does not answer within 15 s, or its transactions are older than version 2 and
     *     exactly once is asked for
     * @see <a href="https://cwiki.apache.org/confluence/x/nhVbC">KIP-890: older transactions could tear</a>
     */
    public void start() {
        if (settings.guarantee() != ProcessingGuarantee.AT_LEAST_ONCE) {
            requireSafeTransactions();
        }
        streams.start();
    }

    /** Whether this instance runs and has its tasks restored. */
    public boolean ready() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /** What stopped this instance for good, or null. */
    public @Nullable Throwable failure() {
        return failures.fatal();
    }

    /** The running application, for metrics and queries. */
    public KafkaStreams streams() {
        return streams;
    }

    /** Commits, leaves the group so that others take over at once, and frees everything. At most about four seconds. */
    @Override
    public void close() {
        streams.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_WITHIN));
    }

    private void requireSafeTransactions() {
        var properties = new HashMap<>(kafka.properties());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ASK_WITHIN_MILLIS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ASK_WITHIN_MILLIS / 3);
        try (var admin = Admin.create(properties)) {
            var version = admin.describeFeatures()
                    .featureMetadata()
                    .get(ASK_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
                    .finalizedFeatures()
                    .get("transaction.version");
            if (version == null || version.maxVersionLevel() < SAFE_TRANSACTIONS) {
                throw new IllegalStateException("the cluster's feature transaction.version must be at least 2, is "
                        + (version == null ? "not set" : version.maxVersionLevel())
                        + "; see kafka-features.sh upgrade");
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the cluster " + kafka.bootstrapServers() + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the cluster for its features", e);
        }
    }
}

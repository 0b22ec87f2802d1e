package dev.millrace.ops.stack;

import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicDeclarer;
import dev.millrace.topic.TopicDeclarer.Mismatch;
import dev.millrace.topic.TopicsUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** The topics of a cluster before the first module starts. */
public final class Topics {
    private static final int PATIENCE_MILLIS = 15_000;
    private static final Duration SPREADS_WITHIN = Duration.ofSeconds(10);
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(50).toNanos();

    private Topics() {}

    /**
     * Makes sure that the topics are as the catalogue says.
     *
     * @param declare whether missing ones are created
     * @return names of those created
     * @throws StackException naming every difference, or the address that does not answer
     */
    static List<String> ensure(KafkaConnection kafka, TopicCatalogue topics, boolean declare) {
        var properties = kafka.properties();
        properties.put("request.timeout.ms", PATIENCE_MILLIS / 3);
        properties.put("default.api.timeout.ms", PATIENCE_MILLIS);
        try (var admin = Admin.create(properties)) {
            var declarer = new TopicDeclarer(admin, topics);
            var created = declare ? declarer.declare() : List.<String>of();
            var mismatches = verify(declarer, created.isEmpty());
            if (!mismatches.isEmpty()) {
                throw new StackException("The topics are not as declared: "
                        + mismatches.stream().map(Mismatch::toString).collect(Collectors.joining("; "))
                        + ". See ./millrace topics; missing ones are created with --declare.");
            }
            return created;
        } catch (TopicsUnavailableException e) {
            throw unavailable(kafka, e);
        }
    }

    /** The same failure with the address that a person has to look at. */
    public static StackException unavailable(KafkaConnection kafka, TopicsUnavailableException cause) {
        return new StackException(
                "Kafka at " + kafka.bootstrapServers() + " cannot be used (" + cause.getMessage()
                        + "): check that it runs there.",
                cause);
    }

    /**
     * Every difference between cluster and catalogue.
     *
     * @param settled false when topics were created a moment ago: not every broker may know them yet, which is given some time
     */
    public static List<Mismatch> verify(TopicDeclarer declarer, boolean settled) {
        long deadlineNanos = System.nanoTime() + SPREADS_WITHIN.toNanos();
        var mismatches = declarer.verify();
        while (!settled && !mismatches.isEmpty() && System.nanoTime() - deadlineNanos < 0) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            mismatches = declarer.verify();
        }
        return mismatches;
    }
}

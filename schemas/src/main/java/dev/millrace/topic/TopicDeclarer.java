package dev.millrace.topic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics of the catalogue that are missing, and tells where the cluster differs from it. */
public final class TopicDeclarer {
    private final Admin admin;
    private final TopicCatalogue catalogue;

    public TopicDeclarer(Admin admin, TopicCatalogue catalogue) {
        this.admin = admin;
        this.catalogue = catalogue;
    }

    /** One difference between catalogue and cluster. */
    public record Mismatch(String topic, String property, String expected, String actual) {
        @Override
        public String toString() {
            return topic + ": " + property + " is " + actual + ", expected " + expected;
        }
    }

    private record Declared(String name, int partitions, Map<String, String> config) {}

    /**
     * Creates what is missing; leaves what exists as it is. Safe to run from several processes at once.
     *
     * @return names of the topics created
     * @throws TopicsUnavailableException when the cluster does not answer or refuses
     */
    public List<String> declare() {
        var created = new ArrayList<String>();
        var existing = existingNames();
        var missing = declared().stream()
                .filter(topic -> !existing.contains(topic.name()))
                .map(topic -> new NewTopic(
                                topic.name(),
                                topic.partitions(),
                                catalogue.settings().replicationFactor())
                        .configs(topic.config()))
                .toList();
        admin.createTopics(missing).values().forEach((name, done) -> {
            try {
                done.get();
                created.add(name);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new TopicsUnavailableException("cannot create topic " + name, e.getCause());
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        });
        return created;
    }

    /**
     * Compares the cluster with the catalogue.
     *
     * @return every difference; empty when the cluster is as declared
     * @throws TopicsUnavailableException when the cluster does not answer
     */
    public List<Mismatch> verify() {
        var existing = existingNames();
        var mismatches = new ArrayList<Mismatch>();
        var present = new ArrayList<Declared>();
        for (var topic : declared()) {
            if (existing.contains(topic.name())) {
                present.add(topic);
            } else {
                mismatches.add(new Mismatch(topic.name(), "topic", "present", "missing"));
            }
        }
        var names = present.stream().map(Declared::name).toList();
        var descriptions = get(admin.describeTopics(names).allTopicNames());
        var configs = configs(names);
        for (var topic : present) {
            var description = Objects.requireNonNull(descriptions.get(topic.name()));
            compare(
                    mismatches,
                    topic.name(),
                    "partitions",
                    topic.partitions(),
                    description.partitions().size());
            var config = Objects.requireNonNull(configs.get(topic.name()));
            topic.config().forEach((key, expected) -> {
                var entry = config.get(key);
                compare(mismatches, topic.name(), key, expected, entry == null ? "unset" : entry.value());
            });
        }
        return mismatches;
    }

    private List<Declared> declared() {
        var topics = new ArrayList<Declared>();
        for (var topic : catalogue.all()) {
            topics.add(new Declared(topic.name(), topic.partitions(), topic.config()));
        }
        topics.add(new Declared(
                TopicCatalogue.DEAD_LETTERS, catalogue.deadLetterPartitions(), catalogue.deadLetterConfig()));
        return topics;
    }

    private Set<String> existingNames() {
        return get(admin.listTopics().names());
    }

    private Map<String, Config> configs(List<String> names) {
        var resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .collect(Collectors.toList());
        var byName = new HashMap<String, Config>();
        get(admin.describeConfigs(resources).all()).forEach((resource, config) -> byName.put(resource.name(), config));
        return byName;
    }

    private static void compare(List<Mismatch> into, String topic, String property, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            into.add(new Mismatch(topic, property, expected.toString(), actual.toString()));
        }
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new TopicsUnavailableException("the cluster did not answer", e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static TopicsUnavailableException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new TopicsUnavailableException("interrupted while waiting for the cluster", e);
    }
}

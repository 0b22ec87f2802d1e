package dev.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.topic.Topic;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/**
 * Fails the build when the value schema of a topic breaks a version that is in use.
 *
 * <p>After a compatible change publish the new version and commit it with the change:
 *
 * <pre>./mvnw -pl schemas test -Dtest=SchemaCompatibilityTest -Dschemas.publish</pre>
 *
 * <p>Nothing can be published that is not compatible in both directions with every earlier version: give new fields a default, leave
 * fields without default where they are, never change a type, and give enums a default symbol before they grow.
 */
class SchemaCompatibilityTest {
    private static final PublishedSchemas PUBLISHED =
            new PublishedSchemas(Path.of("src/main/resources/dev/millrace/schemas/published"));

    @Test
    void isCompatibleInBothDirectionsWithEveryPublishedVersion() {
        // Given
        var current = currentSchemas();
        boolean publish = System.getProperty("schemas.publish") != null;
        // When
        var written = publish ? PUBLISHED.publish(current) : List.<Path>of();
        var problems = publish || PUBLISHED.exist() ? PUBLISHED.problems(current) : List.<String>of();
        // Then
        assertThat(problems).as("""
                        Value schemas of topics against src/main/resources/dev/millrace/schemas/published (written now: %s).
                        A schema that merely differs from its newest version is published by
                            ./mvnw -pl schemas test -Dtest=SchemaCompatibilityTest -Dschemas.publish
                        and committed with the change. An incompatible one must be changed: records of every version are on
                        the topics, and readers of every version are in the field.""", written).isEmpty();
    }

    /** By topic; the dispatch topics of all pools and lanes share one schema and one name here. */
    private static Map<String, Schema> currentSchemas() {
        var schemas = new TreeMap<String, Schema>();
        for (Topic<?> topic : new TopicCatalogue(TopicSettings.DEFAULTS).all()) {
            var name = topic.name().startsWith("inference-dispatch-") ? "inference-dispatch" : topic.name();
            schemas.put(name, topic.valueSchema());
        }
        return schemas;
    }
}

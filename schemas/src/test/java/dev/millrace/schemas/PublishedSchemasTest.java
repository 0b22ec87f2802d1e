package dev.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the test: what breaks readers or writers in the field is found, and nothing else. */
class PublishedSchemasTest {
    private static final String V1 = """
            {"type": "record", "name": "Thing", "namespace": "a", "fields": [
              {"name": "id", "type": "string"},
              {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["X", "Y"], "default": "X"}},
              {"name": "strict", "type": {"type": "enum", "name": "Strict", "symbols": ["X"]}, "default": "X"},
              {"name": "count", "type": "int", "default": 0},
              {"name": "part", "type": [
                {"type": "record", "name": "P", "fields": [{"name": "n", "type": "long"}]},
                {"type": "record", "name": "Q", "fields": []}]}]}""";

    @TempDir
    private Path directory;

    private PublishedSchemas published = new PublishedSchemas(Path.of("unset"));

    @BeforeEach
    void publishFirstVersion() {
        published = new PublishedSchemas(directory.resolve("published"));
        assertThat(published.publish(things(V1))).hasSize(1);
    }

    private static Map<String, Schema> things(String schema) {
        return Map.of("things", new Schema.Parser().parse(schema));
    }

    private static String changed(String from, String to) {
        assertThat(V1).contains(from);
        return V1.replace(from, to);
    }

    @Test
    void findsNothingWrongWithWhatIsPublished() throws IOException {
        assertThat(published.problems(things(V1))).isEmpty();
        assertThat(published.publish(things(V1))).isEmpty();
        assertThat(new Schema.Parser().parse(Files.readString(directory.resolve("published/things/v1.avsc"))))
                .isEqualTo(new Schema.Parser().parse(V1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a field without default | {\"name\": \"id\" | {\"name\": \"new\", \"type\": \"string\"}, {\"name\": \"id\"",
                "a field removed that had none | {\"name\": \"id\", \"type\": \"string\"}, | ",
                "a renamed field | \"id\" | \"ident\"",
                "a renamed field with an alias | {\"name\": \"id\" | {\"name\": \"ident\", \"aliases\": [\"id\"]",
                "another type | \"long\" | \"string\"",
                "a wider type, which old readers refuse | \"int\" | \"long\"",
                "a narrower type, which cannot hold the old | \"long\" | \"int\"",
                "a symbol without a default for old readers | [\"X\"]} | [\"X\", \"Z\"]}",
                "a branch that old readers do not know | \"fields\": []}] | \"fields\": []}, \"null\"]",
                "a branch removed | , {\"type\": \"record\", \"name\": \"Q\", \"fields\": []}] | ]",
                "a renamed record | \"Thing\" | \"Object\"",
                "a record in another namespace | \"namespace\": \"a\" | \"namespace\": \"b\"",
                "a default taken away | , \"default\": 0} | }"
            })
    void findsWhatBreaksReadersOrWritersInTheField(String change, String from, String to) {
        // Given
        var oneLine = V1.replaceAll("\\s*\\n\\s*", " ");
        assertThat(oneLine).contains(from);
        var broken = things(oneLine.replace(from, to == null ? "" : to));
        // Then
        boolean onlyDefault = change.startsWith("a default");
        assertThat(published.problems(broken)).as(change).isNotEmpty();
        assertThat(published.publish(broken)).as("not published: " + change).hasSize(onlyDefault ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ", {\"name\": \"more\", \"type\": \"string\", \"default\": \"\"}]}",
                ", {\"name\": \"more\", \"type\": [\"null\", \"Kind\"], \"default\": null}]}"
            })
    void asksToPublishACompatibleChange(String addition) {
        // Given
        var next = things(V1.substring(0, V1.lastIndexOf("]}")) + addition);
        // Then
        assertThat(published.problems(next)).containsExactly("things: differs from v1, the newest published version");
        assertThat(published.publish(next)).containsExactly(directory.resolve("published/things/v2.avsc"));
        assertThat(published.problems(next)).isEmpty();
    }

    @Test
    void letsAnEnumWithADefaultGrow() {
        var next = things(changed("[\"X\", \"Y\"]", "[\"X\", \"Y\", \"Z\"]"));
        assertThat(published.publish(next)).hasSize(1);
        assertThat(published.problems(next)).isEmpty();
    }

    @Test
    void comparesWithEveryVersionAndNotOnlyTheNewest() {
        // Given a field that came with v2, went with v3 and comes back as something else
        var v2 = things(changed(
                "\"default\": 0}", "\"default\": 0}, {\"name\": \"f\", \"type\": \"string\", \"default\": \"\"}"));
        var v4 = things(
                changed("\"default\": 0}", "\"default\": 0}, {\"name\": \"f\", \"type\": \"int\", \"default\": 0}"));
        published.publish(v2);
        published.publish(things(V1));
        assertThat(published.problems(things(V1))).isEmpty();
        // When
        var problems = published.problems(v4);
        // Then
        assertThat(problems)
                .anySatisfy(
                        problem -> assertThat(problem).startsWith("things: cannot read what v2 wrote: TYPE_MISMATCH"))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("things: what it writes v2 cannot read: TYPE_MISMATCH"))
                .noneSatisfy(problem -> assertThat(problem).contains("v3 wrote"));
        assertThat(published.publish(v4)).isEmpty();
    }

    @Test
    void countsDocumentationAsAChangeLikeARegistryDoes() {
        var documented = things(changed("\"name\": \"id\",", "\"name\": \"id\", \"doc\": \"of a thing\","));
        assertThat(published.problems(documented))
                .containsExactly("things: differs from v1, the newest published version");
    }

    @Test
    void findsTopicsThatCameOrWent() {
        var other = Map.of("others", new Schema.Parser().parse(V1));
        assertThat(published.problems(other))
                .containsExactly("others: nothing is published", "things: is published, but there is no such topic");
    }

    @Test
    void findsFilesThatAreNoVersions() throws IOException {
        // Given
        var things = directory.resolve("published/things");
        Files.writeString(things.resolve("v3.avsc"), V1);
        Files.writeString(things.resolve("v4.avsc"), "{");
        Files.writeString(things.resolve("latest.avsc"), V1);
        // Then
        assertThat(published.problems(things(V1)))
                .hasSize(3)
                .satisfiesExactly(
                        problem -> assertThat(problem).isEqualTo("things/latest.avsc: is not named v<N>.avsc"),
                        problem -> assertThat(problem).startsWith("things/v4.avsc: is not an Avro schema"),
                        problem -> assertThat(problem).isEqualTo("things: versions [1, 3] are not 1 to 3"));
    }

    @Test
    void knowsWhetherAnythingWasEverPublished() {
        assertThat(published.exist()).isTrue();
        assertThat(new PublishedSchemas(directory.resolve("nothing")).exist()).isFalse();
        assertThat(new PublishedSchemas(directory.resolve("nothing")).problems(Map.of()))
                .isEqualTo(List.of());
    }
}

package dev.millrace.ops.registry;

import static dev.millrace.ops.registry.CompatibilityLevel.BACKWARD;
import static dev.millrace.ops.registry.CompatibilityLevel.BACKWARD_TRANSITIVE;
import static dev.millrace.ops.registry.CompatibilityLevel.FORWARD;
import static dev.millrace.ops.registry.CompatibilityLevel.FORWARD_TRANSITIVE;
import static dev.millrace.ops.registry.CompatibilityLevel.FULL;
import static dev.millrace.ops.registry.CompatibilityLevel.FULL_TRANSITIVE;
import static dev.millrace.ops.registry.CompatibilityLevel.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompatibilityTest {
    private static final Schema ONE_FIELD = record("{\"name\":\"a\",\"type\":\"string\"}");
    private static final Schema WITH_DEFAULT =
            record("{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"int\",\"default\":0}");
    private static final Schema WITHOUT_DEFAULT =
            record("{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"int\"}");
    private static final Schema OTHER_TYPE = record("{\"name\":\"a\",\"type\":\"long\"}");

    @ParameterizedTest
    @EnumSource
    void everyLevelAllowsAnOptionalField(CompatibilityLevel level) {
        assertThat(objections(level, WITH_DEFAULT, ONE_FIELD)).isEmpty();
    }

    @Test
    void aFieldWithoutDefaultCannotBeReadFromOldData() {
        assertThat(levelsThatObjectTo(WITHOUT_DEFAULT, ONE_FIELD))
                .isEqualTo(EnumSet.of(BACKWARD, BACKWARD_TRANSITIVE, FULL, FULL_TRANSITIVE));
    }

    @Test
    void aRemovedFieldWithoutDefaultIsMissedByOldReaders() {
        assertThat(levelsThatObjectTo(ONE_FIELD, WITHOUT_DEFAULT))
                .isEqualTo(EnumSet.of(FORWARD, FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE));
    }

    @Test
    void aChangedTypeIsRefusedByAllButNone() {
        assertThat(levelsThatObjectTo(OTHER_TYPE, ONE_FIELD)).isEqualTo(EnumSet.complementOf(EnumSet.of(NONE)));
    }

    @Test
    void onlyTransitiveLevelsLookBeyondTheLatest() {
        // Given: the latest would take it, the first would not
        // When
        var objecting = levelsThatObjectTo(WITHOUT_DEFAULT, ONE_FIELD, WITH_DEFAULT);
        // Then
        assertThat(objecting).isEqualTo(EnumSet.of(BACKWARD_TRANSITIVE, FULL_TRANSITIVE));
        assertThat(levelsThatObjectTo(ONE_FIELD, WITHOUT_DEFAULT, WITH_DEFAULT))
                .isEqualTo(EnumSet.of(FORWARD_TRANSITIVE, FULL_TRANSITIVE));
    }

    @Test
    void saysWhatIsWrongAndWhere() {
        assertThat(objections(BACKWARD, WITHOUT_DEFAULT, ONE_FIELD))
                .singleElement()
                .satisfies(objection ->
                        assertThat(objection).contains("READER_FIELD_MISSING_DEFAULT_VALUE", "/fields/1", "version 1"));
    }

    @ParameterizedTest
    @EnumSource
    void nothingStandsInTheWayOfAFirstVersion(CompatibilityLevel level) {
        assertThat(objections(level, ONE_FIELD)).isEmpty();
    }

    private static Set<CompatibilityLevel> levelsThatObjectTo(Schema candidate, Schema... earlier) {
        var levels = EnumSet.noneOf(CompatibilityLevel.class);
        for (var level : CompatibilityLevel.values()) {
            if (!objections(level, candidate, earlier).isEmpty()) {
                levels.add(level);
            }
        }
        return levels;
    }

    private static List<String> objections(CompatibilityLevel level, Schema candidate, Schema... earlier) {
        var versions = new ArrayList<Compatibility.Earlier>();
        for (var schema : earlier) {
            versions.add(new Compatibility.Earlier(versions.size() + 1, schema));
        }
        return Compatibility.objections(level, candidate, versions);
    }

    private static Schema record(String fields) {
        return new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}");
    }
}

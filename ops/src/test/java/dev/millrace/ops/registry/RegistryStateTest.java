package dev.millrace.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.ops.registry.RegistryRecord.IdsUsed;
import dev.millrace.ops.registry.RegistryRecord.LevelSet;
import dev.millrace.ops.registry.RegistryRecord.ModeSet;
import dev.millrace.ops.registry.RegistryRecord.SchemaErased;
import dev.millrace.ops.registry.RegistryRecord.SchemaStored;
import dev.millrace.ops.registry.RegistryRecord.SubjectDeleted;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryStateTest {
    private static final SchemaContent STRING = new SchemaContent("\"string\"");
    private static final SchemaContent INT = new SchemaContent("\"int\"");

    private final RegistryState state = new RegistryState();

    static List<RegistryRecord> everyKindOfRecord() {
        var references = List.of(new SchemaReference("a.B", "b", 3));
        return List.of(
                new SchemaStored(new SchemaVersion("s", 2, 7, STRING, false)),
                new SchemaStored(
                        new SchemaVersion("s/1 ü", 1, 8, new SchemaContent("\"int\"", references, null, null), true)),
                new SchemaErased("s", 2),
                new SubjectDeleted("s", 2),
                new LevelSet("s", CompatibilityLevel.FULL),
                new LevelSet(null, CompatibilityLevel.NONE),
                new LevelSet("s", null),
                new ModeSet("s", RegistryMode.READONLY),
                new ModeSet(null, null),
                new IdsUsed(12));
    }

    @ParameterizedTest
    @MethodSource("everyKindOfRecord")
    void readsBackWhatWasWritten(RegistryRecord change) {
        var encoded = RegistryRecordCodec.encode(change);
        assertThat(RegistryRecordCodec.decode(encoded.key(), encoded.value())).contains(change);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]x", "{\"keytype\":\"SCHEMA\"}"})
    void refusesRecordsThatAreNotARegistrys(String key) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> RegistryRecordCodec.decode(key, null));
    }

    @Test
    void passesOverRecordsThatMeanNothingHere() {
        var key = "{\"keytype\":\"NOOP\",\"magic\":0}";
        assertThat(RegistryRecordCodec.decode(key, null)).isEmpty();
    }

    @Test
    void sameContentHasTheSameIdUnderEverySubject() {
        // Given
        store("a", 1, 1, STRING);
        // Then
        assertThat(state.idFor(STRING)).isEqualTo(1);
        assertThat(state.idFor(INT)).isEqualTo(2);
    }

    @Test
    void anIdIsNeverReusedAfterItsSchemaIsErased() {
        // Given
        store("a", 1, 1, STRING);
        // When
        state.apply(new IdsUsed(1));
        state.apply(new SchemaErased("a", 1));
        // Then
        assertThat(state.content(1)).isEmpty();
        assertThat(state.idFor(INT)).isEqualTo(2);
        assertThat(state.subjects(true)).isEmpty();
    }

    @Test
    void anErasedVersionLeavesTheIdToOtherSubjects() {
        // Given
        store("a", 1, 1, STRING);
        store("b", 1, 1, STRING);
        // When
        state.apply(new SchemaErased("a", 1));
        // Then
        assertThat(state.content(1)).contains(STRING);
        assertThat(state.usesOf(1, false)).extracting(SchemaVersion::subject).containsExactly("b");
    }

    @Test
    void deletedVersionsAreHiddenButTheirNumbersAreNotReused() {
        // Given
        store("a", 1, 1, STRING);
        store("a", 2, 2, INT);
        // When
        state.apply(new SubjectDeleted("a", 2));
        // Then
        assertThat(state.versions("a", false)).isEmpty();
        assertThat(state.versions("a", true)).hasSize(2);
        assertThat(state.subjects(false)).isEmpty();
        assertThat(state.subjects(true)).containsExactly("a");
        assertThat(state.nextVersion("a")).isEqualTo(3);
        assertThat(state.content(1)).contains(STRING);
    }

    @Test
    void aSubjectWithoutItsOwnLevelHasNone() {
        state.apply(new LevelSet("a", CompatibilityLevel.FULL));
        state.apply(new LevelSet(null, CompatibilityLevel.NONE));
        assertThat(state.level("a")).contains(CompatibilityLevel.FULL);
        assertThat(state.level("b")).isEmpty();
        assertThat(state.level()).isEqualTo(CompatibilityLevel.NONE);
        state.apply(new LevelSet("a", null));
        state.apply(new LevelSet(null, null));
        assertThat(state.level("a")).isEmpty();
        assertThat(state.level()).isEqualTo(CompatibilityLevel.BACKWARD);
    }

    private void store(String subject, int version, int id, SchemaContent content) {
        state.apply(new SchemaStored(new SchemaVersion(subject, version, id, content, false)));
    }
}

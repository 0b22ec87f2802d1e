package dev.millrace.ops.registry;

import dev.millrace.ops.registry.RegistryRecord.IdsUsed;
import dev.millrace.ops.registry.RegistryRecord.LevelSet;
import dev.millrace.ops.registry.RegistryRecord.ModeSet;
import dev.millrace.ops.registry.RegistryRecord.SchemaErased;
import dev.millrace.ops.registry.RegistryRecord.SchemaStored;
import dev.millrace.ops.registry.RegistryRecord.SubjectDeleted;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the registry knows: a fold over its records, and the questions asked of it.
 *
 * <p>Not safe for use by several threads. Applying the same records in the same order gives the same state.
 */
final class RegistryState {
    private final NavigableMap<String, NavigableMap<Integer, SchemaVersion>> versionsBySubject = new TreeMap<>();
    private final Map<Integer, SchemaContent> contentById = new HashMap<>();
    private final Map<SchemaContent, Integer> idByContent = new HashMap<>();
    private final Map<String, CompatibilityLevel> levelBySubject = new HashMap<>();
    private final Map<String, RegistryMode> modeBySubject = new HashMap<>();
    private CompatibilityLevel level = CompatibilityLevel.BACKWARD;
    private RegistryMode mode = RegistryMode.READWRITE;
    private int highestId;

    void apply(RegistryRecord change) {
        switch (change) {
            case SchemaStored(var version) -> store(version);
            case SchemaErased(var subject, var version) -> erase(subject, version);
            case SubjectDeleted(var subject, var version) ->
                List.copyOf(versionsOf(subject).headMap(version, true).values())
                        .forEach(each -> store(each.softDeleted()));
            case LevelSet(var subject, var newLevel) -> {
                if (subject == null) {
                    level = newLevel == null ? CompatibilityLevel.BACKWARD : newLevel;
                } else {
                    putOrRemove(levelBySubject, subject, newLevel);
                }
            }
            case ModeSet(var subject, var newMode) -> {
                if (subject == null) {
                    mode = newMode == null ? RegistryMode.READWRITE : newMode;
                } else {
                    putOrRemove(modeBySubject, subject, newMode);
                }
            }
            case IdsUsed(var highest) -> highestId = Math.max(highestId, highest);
        }
    }

    private static <V> void putOrRemove(Map<String, V> map, String subject, @Nullable V value) {
        if (value == null) {
            map.remove(subject);
        } else {
            map.put(subject, value);
        }
    }

    private void store(SchemaVersion version) {
        versionsBySubject
                .computeIfAbsent(version.subject(), s -> new TreeMap<>())
                .put(version.version(), version);
        contentById.put(version.id(), version.content());
        idByContent.putIfAbsent(version.content(), version.id());
        highestId = Math.max(highestId, version.id());
    }

    private void erase(String subject, int version) {
        var versions = versionsOf(subject);
        var erased = versions.remove(version);
        if (versions.isEmpty()) {
            versionsBySubject.remove(subject);
        }
        if (erased != null && usesOf(erased.id(), true).isEmpty()) {
            contentById.remove(erased.id());
            idByContent.remove(erased.content());
        }
    }

    private NavigableMap<Integer, SchemaVersion> versionsOf(String subject) {
        var versions = versionsBySubject.get(subject);
        return versions == null ? new TreeMap<>() : versions;
    }

    /** The id this content has or would get. */
    int idFor(SchemaContent content) {
        return idByContent.getOrDefault(content, highestId + 1);
    }

    int highestId() {
        return highestId;
    }

    Optional<SchemaContent> content(int id) {
        return Optional.ofNullable(contentById.get(id));
    }

    Collection<SchemaContent> contents() {
        return contentById.values();
    }

    /** Subjects in alphabetical order; those with nothing but soft-deleted versions only on demand. */
    List<String> subjects(boolean withDeleted) {
        return versionsBySubject.keySet().stream()
                .filter(subject -> !versions(subject, withDeleted).isEmpty())
                .toList();
    }

    /** Versions of a subject, oldest first. */
    List<SchemaVersion> versions(String subject, boolean withDeleted) {
        return versionsOf(subject).values().stream()
                .filter(version -> withDeleted || !version.deleted())
                .toList();
    }

    Optional<SchemaVersion> version(String subject, int version, boolean withDeleted) {
        return Optional.ofNullable(versionsOf(subject).get(version)).filter(found -> withDeleted || !found.deleted());
    }

    Optional<SchemaVersion> latest(String subject, boolean withDeleted) {
        var versions = versions(subject, withDeleted);
        return versions.isEmpty() ? Optional.empty() : Optional.of(versions.getLast());
    }

    /** One more than any version the subject has, deleted ones included. */
    int nextVersion(String subject) {
        var versions = versionsOf(subject);
        return versions.isEmpty() ? 1 : versions.lastKey() + 1;
    }

    /** Where an id is in use. */
    List<SchemaVersion> usesOf(int id, boolean withDeleted) {
        return versionsBySubject.keySet().stream()
                .flatMap(subject -> versions(subject, withDeleted).stream())
                .filter(version -> version.id() == id)
                .toList();
    }

    /** Live schemas that refer to this version. */
    List<SchemaVersion> referencesTo(String subject, int version) {
        return versionsBySubject.keySet().stream()
                .flatMap(each -> versions(each, false).stream())
                .filter(each -> each.content().references().stream()
                        .anyMatch(reference -> reference.subject().equals(subject) && reference.version() == version))
                .toList();
    }

    CompatibilityLevel level() {
        return level;
    }

    Optional<CompatibilityLevel> level(String subject) {
        return Optional.ofNullable(levelBySubject.get(subject));
    }

    RegistryMode mode() {
        return mode;
    }

    Optional<RegistryMode> mode(String subject) {
        return Optional.ofNullable(modeBySubject.get(subject));
    }
}

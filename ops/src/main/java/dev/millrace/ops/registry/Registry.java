package dev.millrace.ops.registry;

import dev.millrace.ops.registry.RegistryRecord.IdsUsed;
import dev.millrace.ops.registry.RegistryRecord.LevelSet;
import dev.millrace.ops.registry.RegistryRecord.ModeSet;
import dev.millrace.ops.registry.RegistryRecord.SchemaErased;
import dev.millrace.ops.registry.RegistryRecord.SchemaStored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The registry's operations: decide from the state, write to the log, then apply.
 *
 * <p>Not safe for use by several threads: one thread makes it the single writer, so that ids need no coordination.
 * Every method may throw a {@link RegistryRefusal}; nothing has changed then, except after {@code STORE_FAILED}, where
 * the next call learns from the log what has.
 */
final class Registry {
    private static final int MAX_SUBJECT_LENGTH = 512;

    private final RegistryLog log;
    private @Nullable RegistryState known;

    Registry(RegistryLog log) {
        this.log = log;
    }

    /** The state with all durable changes in it. */
    RegistryState state() {
        var state = known;
        if (state == null) {
            state = log.replay();
            known = state;
        }
        return state;
    }

    private void write(List<RegistryRecord> changes) {
        var state = state();
        // Should the outcome be uncertain, the log is read again before the next answer.
        known = null;
        log.append(changes);
        changes.forEach(state::apply);
        known = state;
    }

    /** Registers a schema under a subject; one that is already there is returned as it is. */
    SchemaVersion register(String subject, SchemaRequest request) {
        requireValid(subject);
        requireWritable(subject);
        var content = content(request);
        var existing = find(subject, content, false);
        if (existing.isPresent()) {
            return existing.get();
        }
        var objections = Compatibility.objections(
                effectiveLevel(subject), parsed(content).schema(), earlier(state().versions(subject, false)));
        if (!objections.isEmpty()) {
            throw RegistryError.INCOMPATIBLE_SCHEMA.refusal(
                    "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                            + "\" (compatibility " + effectiveLevel(subject) + "), details: " + objections);
        }
        var version = new SchemaVersion(subject, state().nextVersion(subject), state().idFor(content), content, false);
        write(List.of(new SchemaStored(version)));
        return version;
    }

    /** The version under which this schema is registered. */
    SchemaVersion lookup(String subject, SchemaRequest request, boolean withDeleted) {
        requireVersions(subject, withDeleted);
        return find(subject, content(request), withDeleted)
                .orElseThrow(() -> RegistryError.SCHEMA_NOT_FOUND.refusal("Schema not found"));
    }

    private Optional<SchemaVersion> find(String subject, SchemaContent content, boolean withDeleted) {
        return state().versions(subject, withDeleted).reversed().stream()
                .filter(version -> version.content().equals(content))
                .findFirst();
    }

    private SchemaContent content(SchemaRequest request) {
        var references = References.pinned(state(), request.references());
        var text = AvroText.parse(request.schema(), References.types(state(), references));
        return new SchemaContent(text.canonical(), references, request.metadata(), request.ruleSet());
    }

    private AvroText parsed(SchemaContent content) {
        return AvroText.parse(content.schema(), References.types(state(), content.references()));
    }

    /** The schema's text with all references inlined. */
    String resolved(SchemaContent content) {
        return parsed(content).schema().toString();
    }

    private List<Compatibility.Earlier> earlier(List<SchemaVersion> versions) {
        return versions.stream()
                .map(version -> new Compatibility.Earlier(
                        version.version(), parsed(version.content()).schema()))
                .toList();
    }

    /** Why the schema could not be registered; compared as the subject's level says. */
    List<String> objections(String subject, SchemaRequest request) {
        requireValid(subject);
        return Compatibility.objections(
                effectiveLevel(subject), parsed(content(request)).schema(), earlier(state().versions(subject, false)));
    }

    /** Why the schema does not fit to one version; a subject without versions has no objections to a first one. */
    List<String> objections(String subject, VersionSelector selector, SchemaRequest request) {
        requireValid(subject);
        if (selector instanceof VersionSelector.Latest
                && state().versions(subject, false).isEmpty()) {
            parsed(content(request));
            return List.of();
        }
        return Compatibility.objections(
                effectiveLevel(subject),
                parsed(content(request)).schema(),
                earlier(List.of(version(subject, selector, false))));
    }

    SchemaVersion version(String subject, VersionSelector selector, boolean withDeleted) {
        requireVersions(subject, withDeleted);
        var found = switch (selector) {
            case VersionSelector.Latest() -> state().latest(subject, withDeleted);
            case VersionSelector.Exactly(var number) -> state().version(subject, number, withDeleted);
        };
        return found.orElseThrow(() -> RegistryError.VERSION_NOT_FOUND.refusal("Version " + selector + " not found."));
    }

    List<SchemaVersion> versions(String subject, boolean withDeleted) {
        return requireVersions(subject, withDeleted);
    }

    /** Deletes a subject's versions, softly or, where that is done, for good. */
    List<Integer> deleteSubject(String subject, boolean permanent) {
        requireWritable(subject);
        var all = requireVersions(subject, true);
        var live = state().versions(subject, false);
        if (permanent && !live.isEmpty()) {
            throw RegistryError.SUBJECT_NOT_SOFT_DELETED.refusal(
                    "Subject '" + subject + "' was not deleted first before being permanently deleted");
        }
        if (!permanent && live.isEmpty()) {
            throw RegistryError.SUBJECT_SOFT_DELETED.refusal(
                    "Subject '" + subject + "' was soft deleted. Set permanent=true to delete permanently");
        }
        var affected = permanent ? all : live;
        affected.forEach(this::requireUnreferenced);
        var changes = new ArrayList<>(permanent ? erasures(affected) : deletions(affected));
        if (state().level(subject).isPresent()) {
            changes.add(new LevelSet(subject, null));
        }
        if (state().mode(subject).isPresent()) {
            changes.add(new ModeSet(subject, null));
        }
        write(changes);
        return affected.stream().map(SchemaVersion::version).toList();
    }

    /** Deletes one version, softly or, where that is done, for good. */
    int deleteVersion(String subject, VersionSelector selector, boolean permanent) {
        requireWritable(subject);
        var version = version(subject, selector, true);
        if (permanent && !version.deleted()) {
            throw RegistryError.VERSION_NOT_SOFT_DELETED.refusal("Subject '" + subject + "' Version "
                    + version.version() + " was not deleted first before being permanently deleted");
        }
        if (!permanent && version.deleted()) {
            throw RegistryError.VERSION_SOFT_DELETED.refusal("Subject '" + subject + "' Version " + version.version()
                    + " was soft deleted. Set permanent=true to delete permanently");
        }
        requireUnreferenced(version);
        write(permanent ? erasures(List.of(version)) : deletions(List.of(version)));
        return version.version();
    }

    private static List<RegistryRecord> deletions(List<SchemaVersion> versions) {
        return versions.stream()
                .<RegistryRecord>map(version -> new SchemaStored(version.softDeleted()))
                .toList();
    }

    private List<RegistryRecord> erasures(List<SchemaVersion> versions) {
        var changes = new ArrayList<RegistryRecord>();
        changes.add(new IdsUsed(state().highestId()));
        versions.forEach(version -> changes.add(new SchemaErased(version.subject(), version.version())));
        return changes;
    }

    private void requireUnreferenced(SchemaVersion version) {
        var users = state().referencesTo(version.subject(), version.version());
        if (!users.isEmpty()) {
            throw RegistryError.REFERENCE_EXISTS.refusal("One or more references exist to the schema of subject '"
                    + version.subject() + "' version " + version.version());
        }
    }

    CompatibilityLevel effectiveLevel(String subject) {
        return state().level(subject).orElse(state().level());
    }

    RegistryMode effectiveMode(String subject) {
        return state().mode(subject).orElse(state().mode());
    }

    /** @param subject null for the level of all subjects that have none of their own */
    void setLevel(@Nullable String subject, @Nullable CompatibilityLevel level) {
        if (subject != null) {
            requireValid(subject);
        }
        write(List.of(new LevelSet(subject, level)));
    }

    /** @param subject null for the mode of all subjects that have none of their own */
    void setMode(@Nullable String subject, @Nullable RegistryMode mode) {
        if (subject != null) {
            requireValid(subject);
        }
        write(List.of(new ModeSet(subject, mode)));
    }

    private void requireWritable(String subject) {
        if (effectiveMode(subject) == RegistryMode.READONLY) {
            throw RegistryError.OPERATION_NOT_PERMITTED.refusal("Subject " + subject + " is in read-only mode");
        }
    }

    private List<SchemaVersion> requireVersions(String subject, boolean withDeleted) {
        var versions = state().versions(subject, withDeleted);
        if (versions.isEmpty()) {
            throw RegistryError.SUBJECT_NOT_FOUND.refusal("Subject '" + subject + "' not found.");
        }
        return versions;
    }

    private static void requireValid(String subject) {
        if (subject.isBlank()
                || subject.length() > MAX_SUBJECT_LENGTH
                || subject.chars().anyMatch(Character::isISOControl)) {
            throw RegistryError.INVALID_SUBJECT.refusal("The specified subject is not a valid: it must have 1 to "
                    + MAX_SUBJECT_LENGTH + " characters and no control characters");
        }
    }
}

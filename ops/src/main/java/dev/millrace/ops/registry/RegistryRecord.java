package dev.millrace.ops.registry;

import org.jspecify.annotations.Nullable;

/** One change of the registry's state, as written to its topic. */
sealed interface RegistryRecord {
    /** A schema version appeared or was marked as deleted. */
    record SchemaStored(SchemaVersion version) implements RegistryRecord {}

    /** A schema version is gone for good. */
    record SchemaErased(String subject, int version) implements RegistryRecord {}

    /** All versions up to this one are marked as deleted; never written here, but Confluent's registry does. */
    record SubjectDeleted(String subject, int version) implements RegistryRecord {}

    /** A compatibility level was set, or removed when null; for all subjects when {@code subject} is null. */
    record LevelSet(@Nullable String subject, @Nullable CompatibilityLevel level) implements RegistryRecord {}

    /** A mode was set, or removed when null; for all subjects when {@code subject} is null. */
    record ModeSet(@Nullable String subject, @Nullable RegistryMode mode) implements RegistryRecord {}

    /** Ids up to this one were given out, so that none is reused after its schema was erased. */
    record IdsUsed(int highestId) implements RegistryRecord {}
}

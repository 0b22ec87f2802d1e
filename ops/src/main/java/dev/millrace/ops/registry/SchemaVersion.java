package dev.millrace.ops.registry;

/**
 * A schema under a subject.
 *
 * @param version from 1 within the subject
 * @param id the content's id within the registry, from 1
 * @param deleted hidden from lookups, but readers may still ask for the id
 */
record SchemaVersion(String subject, int version, int id, SchemaContent content, boolean deleted) {
    SchemaVersion softDeleted() {
        return new SchemaVersion(subject, version, id, content, true);
    }
}

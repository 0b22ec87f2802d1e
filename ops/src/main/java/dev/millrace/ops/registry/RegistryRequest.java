package dev.millrace.ops.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * One HTTP request as the operations see it, detached from the connection so that it can be served on any thread.
 *
 * @param pathParameters decoded
 * @param queryParameters decoded
 * @param body a missing node when there was none
 */
record RegistryRequest(
        Registry registry,
        Map<String, String> pathParameters,
        Map<String, List<String>> queryParameters,
        JsonNode body) {

    String path(String name) {
        return pathParameters.getOrDefault(name, "");
    }

    String subject() {
        return path("subject");
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(query(name, "false"));
    }

    String query(String name, String fallback) {
        var values = queries(name);
        return values.isEmpty() ? fallback : values.getFirst();
    }

    List<String> queries(String name) {
        return queryParameters.getOrDefault(name, List.of());
    }

    SchemaRequest schema() {
        return SchemaRequest.of(body);
    }

    VersionSelector selector() {
        return VersionSelector.parse(path("version"));
    }

    SchemaVersion version() {
        return registry.version(subject(), selector(), flag("deleted"));
    }

    /** Versions of a subject for the list of all schemas. */
    List<SchemaVersion> listed(String subject) {
        var versions = registry.versions(subject, flag("deleted"));
        return flag("latestOnly") ? List.of(versions.getLast()) : versions;
    }

    SchemaContent contentById() {
        return registry.state().content(id()).orElseThrow(this::idNotFound);
    }

    /** Where the id of the path is in use; deleted versions on demand. */
    List<SchemaVersion> uses() {
        var uses = registry.state().usesOf(id(), flag("deleted"));
        if (uses.isEmpty()) {
            throw idNotFound();
        }
        return uses;
    }

    private int id() {
        try {
            return Integer.parseInt(path("id"));
        } catch (NumberFormatException e) {
            throw RegistryError.NOT_FOUND.refusal("HTTP 404 Not Found: a schema id is a number");
        }
    }

    private RegistryRefusal idNotFound() {
        return RegistryError.SCHEMA_NOT_FOUND.refusal("Schema " + id() + " not found");
    }

    ObjectNode shown(SchemaContent content) {
        return RegistryJson.content(content, text(content));
    }

    ObjectNode shown(SchemaVersion version) {
        return RegistryJson.version(version).put("schema", text(version.content()));
    }

    private String text(SchemaContent content) {
        return query("format", "").equals("resolved") ? registry.resolved(content) : content.schema();
    }

    CompatibilityLevel level() {
        var value =
                body.path("compatibility").isTextual() ? body.path("compatibility") : body.path("compatibilityLevel");
        return CompatibilityLevel.parse(value.asText());
    }

    RegistryMode mode() {
        return RegistryMode.parse(body.path("mode").asText());
    }

    CompatibilityLevel ownLevel() {
        return registry.state()
                .level(subject())
                .orElseThrow(() -> RegistryError.SUBJECT_LEVEL_NOT_CONFIGURED.refusal(
                        "Subject '" + subject() + "' does not have subject-level compatibility configured"));
    }

    RegistryMode ownMode() {
        return registry.state()
                .mode(subject())
                .orElseThrow(() -> RegistryError.SUBJECT_MODE_NOT_CONFIGURED.refusal(
                        "Subject '" + subject() + "' does not have subject-level mode configured"));
    }
}

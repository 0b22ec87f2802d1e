package dev.millrace.ops.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.ops.registry.RegistryRecord.IdsUsed;
import dev.millrace.ops.registry.RegistryRecord.LevelSet;
import dev.millrace.ops.registry.RegistryRecord.ModeSet;
import dev.millrace.ops.registry.RegistryRecord.SchemaErased;
import dev.millrace.ops.registry.RegistryRecord.SchemaStored;
import dev.millrace.ops.registry.RegistryRecord.SubjectDeleted;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Registry records as JSON keys and values, in the form that Confluent's registry writes to its topic.
 *
 * <p>The key decides what compaction keeps: the last state of each version, level and mode.
 */
final class RegistryRecordCodec {
    /** A Kafka record's key and value; the value is null for a tombstone. */
    record Encoded(String key, @Nullable String value) {}

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RegistryRecordCodec() {}

    static Encoded encode(RegistryRecord change) {
        return switch (change) {
            case SchemaStored(var version) ->
                encoded(
                        schemaKey(version.subject(), version.version()),
                        RegistryJson.version(version)
                                .put("md5", version.content().guid().toString())
                                .put("deleted", version.deleted()));
            case SchemaErased(var subject, var version) -> encoded(schemaKey(subject, version), null);
            case SubjectDeleted(var subject, var version) ->
                encoded(
                        key("DELETE_SUBJECT", 0).put("subject", subject),
                        JSON.createObjectNode().put("subject", subject).put("version", version));
            case LevelSet(var subject, var level) ->
                encoded(
                        key("CONFIG", 0).put("subject", subject),
                        level == null
                                ? null
                                : JSON.createObjectNode()
                                        .put("subject", subject)
                                        .put("compatibilityLevel", level.name()));
            case ModeSet(var subject, var mode) ->
                encoded(
                        key("MODE", 0).put("subject", subject),
                        mode == null
                                ? null
                                : JSON.createObjectNode()
                                        .put("subject", subject)
                                        .put("mode", mode.name()));
            case IdsUsed(var highestId) ->
                encoded(key("IDS", 0), JSON.createObjectNode().put("highestId", highestId));
        };
    }

    /**
     * The change that a record of the topic stands for; empty for kinds that mean nothing here.
     *
     * @throws IllegalArgumentException when the record is not of this format
     */
    static Optional<RegistryRecord> decode(@Nullable String key, @Nullable String value) {
        var keyJson = read(key);
        if (!keyJson.path("keytype").isTextual()) {
            throw new IllegalArgumentException("key without keytype");
        }
        @Nullable JsonNode valueJson = value == null ? null : read(value);
        @Nullable String subject = keyJson.path("subject").textValue();
        return switch (keyJson.path("keytype").asText()) {
            case "SCHEMA" ->
                Optional.of(
                        schema(requireSubject(subject), keyJson.path("version").asInt(), valueJson));
            case "DELETE_SUBJECT" ->
                valueJson == null
                        ? Optional.empty()
                        : Optional.of(new SubjectDeleted(
                                requireSubject(subject),
                                valueJson.path("version").asInt()));
            case "CONFIG" ->
                Optional.of(new LevelSet(
                        subject,
                        valueJson == null
                                ? null
                                : CompatibilityLevel.valueOf(
                                        valueJson.path("compatibilityLevel").asText())));
            case "MODE" ->
                Optional.of(new ModeSet(
                        subject,
                        valueJson == null
                                ? null
                                : RegistryMode.valueOf(valueJson.path("mode").asText())));
            case "IDS" ->
                valueJson == null
                        ? Optional.empty()
                        : Optional.of(new IdsUsed(valueJson.path("highestId").asInt()));
            default -> Optional.empty();
        };
    }

    private static RegistryRecord schema(String subject, int version, @Nullable JsonNode value) {
        if (value == null) {
            return new SchemaErased(subject, version);
        }
        var request = SchemaRequest.of(value);
        return new SchemaStored(new SchemaVersion(
                subject,
                version,
                value.path("id").asInt(),
                new SchemaContent(request.schema(), request.references(), request.metadata(), request.ruleSet()),
                value.path("deleted").asBoolean()));
    }

    private static ObjectNode key(String type, int magic) {
        return JSON.createObjectNode().put("keytype", type).put("magic", magic);
    }

    private static ObjectNode schemaKey(String subject, int version) {
        return key("SCHEMA", 1).put("subject", subject).put("version", version);
    }

    private static String requireSubject(@Nullable String subject) {
        if (subject == null) {
            throw new IllegalArgumentException("key without subject");
        }
        return subject;
    }

    private static Encoded encoded(ObjectNode key, @Nullable ObjectNode value) {
        return new Encoded(key.toString(), value == null ? null : value.toString());
    }

    private static JsonNode read(@Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException("record without key");
        }
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }
}

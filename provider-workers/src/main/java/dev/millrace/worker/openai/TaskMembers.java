package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaPart;
import dev.millrace.worker.openai.TaskQuirks.OperationQuirks;
import dev.millrace.worker.provider.MultipartBody;
import dev.millrace.worker.provider.MultipartBody.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The body of a request that is not a chat, under OpenAI's names until it is written: as JSON, or as a form if there are files. The vendor's own
 * names, omissions and defaults are applied then. Files stand last in a form, which some vendors insist on.
 */
final class TaskMembers {
    private final ObjectNode members = JsonNodeFactory.instance.objectNode();
    private final List<Field.File> files = new ArrayList<>();

    void put(String name, String value) {
        members.put(name, value);
    }

    void put(String name, JsonNode value) {
        members.set(name, value);
    }

    boolean has(String name) {
        return members.has(name);
    }

    /** Adds a file; {@code media} has data. */
    void file(String name, MediaPart media) {
        var mimeType = media.getMimeType().isEmpty() ? "application/octet-stream" : media.getMimeType();
        var fileName = media.getFileName() == null ? "file." + extension(mimeType) : media.getFileName();
        var data = Objects.requireNonNullElse(media.getData(), ByteBuffer.allocate(0));
        files.add(new Field.File(name, fileName, mimeType, data));
    }

    /** Vendors tell a format by the name of the file. */
    private static String extension(String mimeType) {
        var subtype = mimeType.substring(mimeType.indexOf('/') + 1).toLowerCase(Locale.ROOT);
        int end = subtype.indexOf(';');
        return switch (end < 0 ? subtype : subtype.substring(0, end)) {
            case "mpeg", "mpga", "x-mp3" -> "mp3";
            case "x-wav", "wave", "vnd.wave" -> "wav";
            case "mp4", "x-m4a", "m4a" -> mimeType.startsWith("audio/") ? "m4a" : "mp4";
            case "x-flac" -> "flac";
            case "octet-stream" -> "bin";
            case String other -> other;
        };
    }

    boolean hasFiles() {
        return !files.isEmpty();
    }

    /** The members under the vendor's names. */
    ObjectNode json(OperationQuirks quirks) {
        var body = JsonNodeFactory.instance.objectNode();
        members.properties().forEach(member -> {
            var name = quirks.name(member.getKey());
            if (name != null) {
                set(body, name, member.getValue());
            }
        });
        quirks.defaults().properties().forEach(member -> {
            if (!body.has(member.getKey())) {
                body.set(member.getKey(), member.getValue());
            }
        });
        return body;
    }

    private static void set(ObjectNode body, String name, JsonNode value) {
        int dot = name.indexOf('.');
        if (dot < 0) {
            body.set(name, value);
        } else {
            var outer = name.substring(0, dot);
            var inner = body.get(outer) instanceof ObjectNode object ? object : body.putObject(outer);
            set(inner, name.substring(dot + 1), value);
        }
    }

    MultipartBody form(OperationQuirks quirks) {
        var fields = new ArrayList<Field>();
        json(quirks).properties().forEach(member -> add(fields, member.getKey(), member.getValue()));
        for (var file : files) {
            var name = Objects.requireNonNullElse(quirks.name(file.name()), file.name());
            fields.add(new Field.File(name, file.fileName(), file.mimeType(), file.data()));
        }
        return MultipartBody.of(fields);
    }

    private static void add(List<Field> fields, String name, JsonNode value) {
        if (value.isArray()) {
            value.forEach(element -> add(fields, name.endsWith("[]") ? name : name + "[]", element));
        } else if (!value.isNull()) {
            fields.add(new Field.Text(name, value.isValueNode() ? value.asText() : value.toString()));
        }
    }
}

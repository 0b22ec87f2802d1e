package dev.millrace.ingress.openai;

import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.OutputKind;
import dev.millrace.ingress.json.JsonObject;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** {@code response_format}. */
final class OutputFormatParser {
    private static final int MAX_NAME_CHARS = 256;
    private static final int MAX_DESCRIPTION_CHARS = 65_536;

    private OutputFormatParser() {}

    static @Nullable OutputFormat read(JsonObject body) {
        var format = body.object("response_format");
        if (format == null) {
            return null;
        }
        var type = format.requiredString("type", MAX_NAME_CHARS);
        return switch (type) {
            case "text" -> plain(OutputKind.TEXT, format);
            case "json_object" -> plain(OutputKind.JSON_OBJECT, format);
            case "json_schema" -> schema(format);
            default -> {
                var other = OutputFormat.newBuilder().setKind(OutputKind.OTHER).setName(type);
                yield other.setExtensions(format.all()).build();
            }
        };
    }

    private static OutputFormat plain(OutputKind kind, JsonObject format) {
        return OutputFormat.newBuilder()
                .setKind(kind)
                .setExtensions(format.rest())
                .build();
    }

    private static OutputFormat schema(JsonObject format) {
        var wrapper = format.requiredObject("json_schema");
        var schema = wrapper.object("schema");
        var built = OutputFormat.newBuilder()
                .setKind(OutputKind.JSON_SCHEMA)
                .setName(wrapper.requiredString("name", MAX_NAME_CHARS))
                .setDescription(wrapper.string("description", MAX_DESCRIPTION_CHARS))
                .setSchema$(schema == null ? null : schema.node().toString())
                .setStrict(wrapper.bool("strict"));
        var extensions = new LinkedHashMap<>(format.rest());
        extensions.putAll(wrapper.rest("json_schema."));
        return built.setExtensions(extensions).build();
    }
}

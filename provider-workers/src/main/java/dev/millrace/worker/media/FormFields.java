package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millrace.worker.provider.MultipartBody;
import dev.millrace.worker.provider.MultipartBody.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the fields of a form, in order. Not thread-safe. */
public final class FormFields {
    private final List<Field> fields = new ArrayList<>();

    public FormFields add(String name, String value) {
        fields.add(new Field.Text(name, value));
        return this;
    }

    /** Adds a value, an array as often as it has elements; nothing for null. */
    public FormFields add(String name, @Nullable JsonNode value) {
        if (value instanceof ArrayNode array) {
            array.forEach(item -> add(name, item));
        } else if (value != null) {
            add(name, value.isContainerNode() ? value.toString() : value.asText());
        }
        return this;
    }

    public FormFields file(String name, Medium medium, ByteBuffer data) {
        fields.add(new Field.File(name, medium.fileName(), medium.mimeType(), data));
        return this;
    }

    MultipartBody body() {
        return MultipartBody.of(fields);
    }
}

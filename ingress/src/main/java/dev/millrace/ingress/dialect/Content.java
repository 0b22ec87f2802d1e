package dev.millrace.ingress.dialect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The body of a request. */
public sealed interface Content {
    /** A body of one piece, as a rule JSON. */
    record Raw(ByteBuffer bytes) implements Content {
        public static Raw of(String text) {
            return new Raw(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** A {@code multipart/form-data} body, its parts in the order they came. */
    record Form(List<Field> fields, List<Upload> uploads) implements Content {
        public Form {
            fields = List.copyOf(fields);
            uploads = List.copyOf(uploads);
        }
    }

    record Field(String name, String value) {}

    /**
     * A file.
     *
     * @param mimeType empty when the sender did not say
     */
    record Upload(String name, String fileName, String mimeType, ByteBuffer data) {}
}

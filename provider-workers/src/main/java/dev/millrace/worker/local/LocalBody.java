package dev.millrace.worker.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.worker.provider.VendorCall;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request to the scripted vendor, JSON or a form.
 *
 * @param request the members; a form's fields as text
 * @param file bytes of all files of a form, one after another
 */
record LocalBody(JsonNode request, ByteBuffer file) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String BOUNDARY = "boundary=";

    /** The body of a call; null when it is none. */
    static @Nullable LocalBody of(VendorCall call) {
        var type = call.headers().getOrDefault("Content-Type", "");
        int boundary = type.indexOf(BOUNDARY);
        if (boundary >= 0) {
            return form(type.substring(boundary + BOUNDARY.length()), call.body());
        }
        try {
            var tree = JSON.readTree(call.bodyText());
            return tree != null && tree.isObject() ? new LocalBody(tree, ByteBuffer.allocate(0)) : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** Forms of our own making: no part holds its boundary. Bytes are read one to a character, so that none is lost. */
    private static LocalBody form(String boundary, ByteBuffer body) {
        var text = StandardCharsets.ISO_8859_1.decode(body).toString();
        var request = JsonNodeFactory.instance.objectNode();
        var files = new StringBuilder();
        for (var part : text.split("--" + Pattern.quote(boundary), -1)) {
            int end = part.indexOf("\r\n\r\n");
            if (end < 0) {
                continue;
            }
            var head = part.substring(0, end);
            var content = part.substring(end + 4, Math.max(end + 4, part.length() - 2));
            if (head.contains("filename=")) {
                files.append(content);
            } else {
                var bytes = content.getBytes(StandardCharsets.ISO_8859_1);
                request.put(name(head), new String(bytes, StandardCharsets.UTF_8));
            }
        }
        return new LocalBody(request, ByteBuffer.wrap(files.toString().getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String name(String head) {
        int from = head.indexOf("name=\"");
        int to = from < 0 ? -1 : head.indexOf('"', from + 6);
        return to < 0 ? "" : head.substring(from + 6, to);
    }

    /** A number that only this text and these files give. */
    long seed(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update(file.duplicate());
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }
}

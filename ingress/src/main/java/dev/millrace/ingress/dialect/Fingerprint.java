package dev.millrace.ingress.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;

/**
 * SHA-256 of a body in canonical form: members in order of their names, no white space, options from headers included. Two submits
 * with the same fingerprint ask for the same thing.
 *
 * @param hex 64 lower-case digits
 */
public record Fingerprint(String hex) {
    /**
     * Of a body.
     *
     * @param also what the request asks for beside it
     */
    public static Fingerprint of(ObjectNode body, String... also) {
        try {
            var out = new ByteArrayOutputStream(1024);
            write(body, out);
            for (var more : also) {
                text(TextNode.valueOf(more).toString(), out);
            }
            var digest = MessageDigest.getInstance("SHA-256").digest(out.toByteArray());
            return new Fingerprint(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }

    /** The 32 bytes, as records carry them. */
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static void write(JsonNode node, ByteArrayOutputStream out) {
        if (node.isObject()) {
            char before = '{';
            for (var name : new TreeSet<>(
                    node.properties().stream().map(Map.Entry::getKey).toList())) {
                out.write(before);
                text(TextNode.valueOf(name).toString(), out);
                out.write(':');
                write(node.get(name), out);
                before = ',';
            }
            text(before == '{' ? "{}" : "}", out);
        } else if (node.isArray()) {
            char before = '[';
            for (var item : node) {
                out.write(before);
                write(item, out);
                before = ',';
            }
            text(before == '[' ? "[]" : "]", out);
        } else {
            text(node.toString(), out);
        }
    }

    private static void text(String text, ByteArrayOutputStream out) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}

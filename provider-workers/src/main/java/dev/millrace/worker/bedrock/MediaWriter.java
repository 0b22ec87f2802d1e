package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Part;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes images, documents, video and audio: by value, or by an address in S3. One instance per request: it numbers documents. */
final class MediaWriter {
    private static final Set<String> KEPT_BACK = Set.of("format", "source", "cache_control", "detail", "title");
    private static final Set<String> OURS = Set.of("citations", "context", "name");

    /** What the API takes as the name of a document. */
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9 \\-()\\[\\]]+");

    private final Members members;
    private int documents;

    MediaWriter(Members members) {
        this.members = members;
    }

    /** The block; null, and a problem, when the API takes no such thing. */
    @Nullable
    ObjectNode write(Part part, MediaPart media, String param) {
        var name = switch (media.getKind()) {
            case IMAGE -> "image";
            case VIDEO -> "video";
            case AUDIO -> "audio";
            case DOCUMENT, OTHER -> "document";
        };
        var kind = media.getKind() == MediaKind.OTHER ? MediaKind.DOCUMENT : media.getKind();
        var format = MediaFormats.format(kind, media.getMimeType(), nameOf(media));
        if (format == null && !part.getExtensions().containsKey("format")) {
            members.refuse(param + ".mimeType", "Bedrock takes no " + name + " of type '" + media.getMimeType() + "'");
            return null;
        }
        var source = source(media, param);
        if (source == null) {
            return null;
        }
        var block = JsonNodeFactory.instance.objectNode();
        var inner = block.putObject(name);
        if (format != null) {
            inner.put("format", format);
        }
        if (kind == MediaKind.DOCUMENT) {
            inner.put("name", documentName(media));
        }
        inner.set("source", source);
        members.merge(inner, part.getExtensions(), KEPT_BACK, OURS, param + ".extensions");
        return block;
    }

    private static @Nullable String nameOf(MediaPart media) {
        return media.getFileName() != null ? media.getFileName() : media.getUrl();
    }

    /** The API demands a name, without the ending and without most punctuation. */
    private String documentName(MediaPart media) {
        documents++;
        var name = media.getFileName() == null ? "" : media.getFileName();
        int dot = name.lastIndexOf('.');
        name = NOT_IN_NAMES
                .matcher(dot > 0 ? name.substring(0, dot) : name)
                .replaceAll(" ")
                .strip();
        return name.isEmpty() ? "Document " + documents : name.substring(0, Math.min(200, name.length()));
    }

    private @Nullable ObjectNode source(MediaPart media, String param) {
        var source = JsonNodeFactory.instance.objectNode();
        if (media.getData() != null) {
            return source.put("bytes", base64(media.getData()));
        }
        if (media.getUrl() != null && media.getUrl().startsWith("s3://")) {
            source.putObject("s3Location").put("uri", media.getUrl());
            return source;
        }
        members.refuse(param, "Bedrock takes media by value or by an address that begins with s3://");
        return null;
    }

    private static String base64(ByteBuffer data) {
        var bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}

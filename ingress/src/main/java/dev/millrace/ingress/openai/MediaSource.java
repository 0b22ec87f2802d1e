package dev.millrace.ingress.openai;

import dev.millrace.avro.MediaPart;
import dev.millrace.ingress.json.JsonValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

/** Media by value (a {@code data:} address or bare base64) or by address. */
public final class MediaSource {
    private static final int MAX_URL_CHARS = 8192;
    private static final String DATA = "data:";
    private static final String BASE64 = ";base64";
    private static final Pattern ADDRESS = Pattern.compile("(https?|gs)://[^\\s/?#\\p{Cntrl}]+[^\\s\\p{Cntrl}]*");
    private static final Pattern MIME = Pattern.compile("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(;[^,]*)?|");

    private MediaSource() {}

    /** Reads an {@code http}, {@code https}, {@code gs} or {@code data} address; throws {@link dev.millrace.ingress.json.Mistake}. */
    public static void address(JsonValue value, MediaPart.Builder into) {
        var text = value.nonEmptyString(Integer.MAX_VALUE);
        if (text.regionMatches(true, 0, DATA, 0, DATA.length())) {
            dataAddress(text, value, into);
            return;
        }
        if (text.length() > MAX_URL_CHARS) {
            throw value.invalid("an address has at most " + MAX_URL_CHARS + " characters");
        }
        if (!ADDRESS.matcher(text).matches() || !hasHost(text)) {
            throw value.invalid("must be an http, https or data URL");
        }
        into.setUrl(text);
    }

    /** Reads {@code file_data}: an address as above, or bare base64. */
    public static void fileData(JsonValue value, MediaPart.Builder into) {
        var text = value.nonEmptyString(Integer.MAX_VALUE);
        if (text.regionMatches(true, 0, DATA, 0, DATA.length()) || text.contains("://")) {
            address(value, into);
        } else {
            into.setData(base64(value));
        }
    }

    /** Bytes given as bare base64. */
    public static ByteBuffer base64(JsonValue value) {
        return decode(value.nonEmptyString(Integer.MAX_VALUE), value);
    }

    /** The media type of OpenAI's word for an audio format. */
    public static String audioType(String format) {
        var word = format.toLowerCase(Locale.ROOT);
        return "audio/" + (word.equals("mp3") ? "mpeg" : word);
    }

    private static void dataAddress(String text, JsonValue value, MediaPart.Builder into) {
        int comma = text.indexOf(',');
        var type = comma < 0 ? "" : text.substring(DATA.length(), comma);
        boolean base64 = type.regionMatches(true, type.length() - BASE64.length(), BASE64, 0, BASE64.length());
        if (comma < 0 || !base64) {
            throw value.invalid("a data URL must read data:<type>;base64,<data>");
        }
        var mimeType = type.substring(0, type.length() - BASE64.length());
        if (!MIME.matcher(mimeType).matches()) {
            throw value.invalid("the media type of the data URL is not valid");
        }
        into.setMimeType(mimeType).setData(decode(text.substring(comma + 1), value));
    }

    private static ByteBuffer decode(String base64, JsonValue value) {
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw value.invalid("is not valid base64");
        }
    }

    private static boolean hasHost(String text) {
        int end = text.indexOf('/', text.indexOf("://") + 3);
        try {
            return new URI(end < 0 ? text : text.substring(0, end)).getRawAuthority() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}

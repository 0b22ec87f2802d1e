package dev.millrace.worker.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes a form apart, without the encoder. Bytes stand as ISO-8859-1 characters. */
public final class Multipart {
    private static final Pattern NAME = Pattern.compile("[; ]name=\"([^\"]*)\"");
    private static final Pattern FILE_NAME = Pattern.compile("filename=\"([^\"]*)\"");
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)");

    private Multipart() {}

    /** A field; no file name for text. */
    public record Part(String name, @Nullable String fileName, String contentType, String content) {
        public String text() {
            return new String(content.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }
    }

    public static List<Part> parse(VendorCall call) {
        var bytes = new byte[call.body().remaining()];
        call.body().get(bytes);
        return parse(call.headers().getOrDefault("Content-Type", ""), new String(bytes, StandardCharsets.ISO_8859_1));
    }

    static List<Part> parse(String contentType, String body) {
        var delimiter = "--" + first(BOUNDARY.matcher(contentType));
        var parts = new ArrayList<Part>();
        int at = body.indexOf(delimiter) + delimiter.length();
        while (!body.startsWith("--", at)) {
            int next = body.indexOf("\r\n" + delimiter, at);
            int blank = body.indexOf("\r\n\r\n", at);
            var head = body.substring(at, blank);
            var type = head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-type:"))
                    .map(line -> line.substring("content-type:".length()).strip())
                    .findFirst()
                    .orElse("");
            parts.add(new Part(
                    String.valueOf(first(NAME.matcher(head))),
                    first(FILE_NAME.matcher(head)),
                    type,
                    body.substring(blank + 4, next)));
            at = next + 2 + delimiter.length();
        }
        return parts;
    }

    private static @Nullable String first(Matcher matcher) {
        return matcher.find() ? matcher.group(1) : null;
    }
}

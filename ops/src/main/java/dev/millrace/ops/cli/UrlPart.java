package dev.millrace.ops.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Text from a person inside a path or a query. */
final class UrlPart {
    private UrlPart() {}

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

package dev.millrace.ops.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code config explain}: each value, its default and where it came from. Secrets appear as {@code ***}. */
public final class Explanation {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Explanation() {}

    /** For people: one line per key, columns aligned. */
    public static String text(Configuration configuration) {
        var rows = configuration.explain();
        int keyWidth = rows.stream()
                .mapToInt(row -> row.setting().key().length())
                .max()
                .orElse(0);
        int valueWidth =
                rows.stream().mapToInt(row -> row.valueText().length()).max().orElse(0);
        var text = new StringBuilder();
        for (var row : rows) {
            var note = row.origin() instanceof Origin.Default
                    ? "default"
                    : row.origin() + "  (default: " + row.setting().defaultText() + ")";
            text.append(pad(row.setting().key(), keyWidth))
                    .append("  ")
                    .append(pad(row.valueText(), Math.min(valueWidth, 48)))
                    .append("  ")
                    .append(note)
                    .append('\n');
        }
        return text.toString();
    }

    /** For programs: an array of objects {@code key, value, default, origin}. */
    public static String json(Configuration configuration) {
        var rows = JSON.createArrayNode();
        for (var row : configuration.explain()) {
            rows.addObject()
                    .put("key", row.setting().key())
                    .put("value", row.valueText())
                    .put("default", row.setting().defaultText())
                    .set("origin", origin(row.origin()));
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts is always JSON", e);
        }
    }

    private static ObjectNode origin(Origin origin) {
        var node = JSON.createObjectNode();
        return switch (origin) {
            case Origin.Default _ -> node.put("kind", "default");
            case Origin.FileLine(var file, int line) ->
                node.put("kind", "file").put("file", file.toString()).put("line", line);
            case Origin.Environment(var variable) -> node.put("kind", "env").put("variable", variable);
            case Origin.Flag(var name) -> node.put("kind", "flag").put("flag", name);
        };
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}

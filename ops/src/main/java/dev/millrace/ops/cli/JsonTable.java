package dev.millrace.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Locale;

/** A JSON array of objects as a table; a member is named by its path, {@code usage.input_tokens}. */
final class JsonTable {
    private JsonTable() {}

    static String of(JsonNode rows, String... members) {
        var table = new TextTable(Arrays.stream(members)
                .map(member -> member.substring(member.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT))
                .toArray(String[]::new));
        for (var row : rows) {
            table.row(Arrays.stream(members).map(member -> cell(row, member)).toArray(String[]::new));
        }
        return table.toString();
    }

    private static String cell(JsonNode row, String member) {
        var value = row.at("/" + member.replace('.', '/'));
        return value.isValueNode() && !value.isNull()
                ? value.asText()
                : value.isContainerNode() ? value.toString() : "-";
    }
}

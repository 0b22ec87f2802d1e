package dev.millrace.ingress.anthropic;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.Reasoning;
import dev.millrace.ingress.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code thinking}, {@code output_config} and its older form {@code output_format}. */
final class OutputReader {
    private static final int MAX_WORD_CHARS = 64;
    private static final int MIN_BUDGET = 1;

    private OutputReader() {}

    /** @param beside takes what has no common word */
    static void read(JsonObject body, ChatInput.Builder chat, Map<String, String> beside) {
        var config = body.object("output_config");
        var thinking = body.object("thinking");
        var effort = config == null ? null : config.string("effort", MAX_WORD_CHARS);
        var reasoning = thinking == null ? null : reasoning(thinking, effort);
        if (thinking != null && reasoning == null) {
            beside.put("thinking", thinking.node().toString());
        }
        boolean effortTaken = reasoning != null && effort != null && effort.equals(reasoning.getEffort());
        if (effort != null && !effortTaken) {
            beside.put(
                    "output_config.effort", '"' + effort.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        }
        chat.setReasoning(reasoning);
        var older = body.object("output_format");
        var newer = config == null ? null : config.object("format");
        var format = newer != null ? newer : older;
        if (format != null) {
            chat.setOutputFormat(format(format));
        }
        if (config != null) {
            beside.putAll(config.rest("output_config."));
        }
    }

    /** Null for a form that has no common word. */
    private static @Nullable Reasoning reasoning(JsonObject thinking, @Nullable String effort) {
        var type = thinking.requiredString("type", MAX_WORD_CHARS);
        var display = thinking.string("display", MAX_WORD_CHARS);
        var summary = display == null ? null : display.equals("summarized") ? "auto" : "none";
        boolean known = display == null || display.equals("summarized") || display.equals("omitted");
        var reasoning = Reasoning.newBuilder().setSummary(summary);
        switch (type) {
            case "enabled" ->
                reasoning
                        .setEffort(effort)
                        .setBudgetTokens(Math.toIntExact(
                                thinking.requiredValue("budget_tokens").integer(MIN_BUDGET, Integer.MAX_VALUE)));
            case "adaptive" -> reasoning.setEffort(effort);
            case "disabled" -> reasoning.setEffort("none");
            default -> known = false;
        }
        return known && thinking.rest().isEmpty() ? reasoning.build() : null;
    }

    private static OutputFormat format(JsonObject format) {
        var type = format.requiredString("type", MAX_WORD_CHARS);
        if (!type.equals("json_schema")) {
            return OutputFormat.newBuilder()
                    .setKind(OutputKind.OTHER)
                    .setName(type)
                    .setExtensions(format.all())
                    .build();
        }
        return OutputFormat.newBuilder()
                .setKind(OutputKind.JSON_SCHEMA)
                .setName("response")
                .setSchema$(format.requiredObject("schema").node().toString())
                .setStrict(true)
                .setExtensions(format.rest())
                .build();
    }
}

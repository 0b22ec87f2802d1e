package dev.millrace.ops.config;

import java.util.Objects;

/** {@code docs/configuration.md}, made of the settings themselves. */
final class ConfigurationDocument {
    private static final String HEAD = """
            # Configuration

            One YAML file: `millrace.yaml` in the working directory, or `--config FILE`. Sections are mappings:
            `topics.results-retention` is the key `results-retention` in the mapping `topics`.
            Every key is overridden by an environment variable, and that by a flag of the command line where there is one.
            All mistakes are reported at once, with their keys and lines; the process then ends with exit code 2.
            `./millrace config explain` prints each value, its default and where it came from.

            Durations are written `250ms`, `30s`, `5m`, `12h`, `3d` or in ISO 8601. In variables a list is separated by commas and a
            mapping is `name=value,name=value`.

            This page is generated from the code; a test compares the two.
            """;

    private ConfigurationDocument() {}

    /** The whole page. */
    static String render() {
        var page = new StringBuilder(HEAD);
        var section = "";
        for (var setting : Settings.ALL) {
            var next = Objects.requireNonNull(setting.key().split("\\.", 2)[0]);
            if (!next.equals(section)) {
                section = next;
                page.append("\n## ").append(section).append("\n\n");
                page.append("| key | variable | values | default | meaning |\n|---|---|---|---|---|\n");
            }
            page.append(row(setting));
        }
        return page.toString();
    }

    private static String meaning(Setting.Meaning meaning) {
        return switch (meaning) {
            case Setting.Text(var text) -> text;
            case Setting.Component(var type, var name) -> RecordJavadoc.of(type, name);
        };
    }

    private static String row(Setting<?> setting) {
        var defaultText = setting.defaultText();
        return "| `" + setting.key() + "` | `" + setting.variable() + "` | "
                + setting.type().description() + " | " + (defaultText.isEmpty() ? "" : "`" + defaultText + "`") + " | "
                + meaning(setting.meaning()) + " |\n";
    }
}

package dev.millrace.ops.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/** What the source of a configuration record says of a component: the text of its {@code @param}. */
final class RecordJavadoc {
    private static final Path ROOT = Path.of("..");

    private RecordJavadoc() {}

    static String of(Class<?> record, String component) {
        var javadoc = javadoc(record);
        var param = Pattern.compile("@param " + component + "\\s(.*?)(?=\\n *\\* @|\\z)", Pattern.DOTALL)
                .matcher(javadoc);
        if (!param.find()) {
            throw new AssertionError(record + " says nothing of " + component);
        }
        var text = param.group(1)
                .replaceAll("\\n *\\* ?", " ")
                .replaceAll("\\{@(?:code|link|linkplain) ([^}]*)}", "`$1`")
                .replaceAll("\\s+", " ")
                .replaceAll("; default [^;]*(?=;|$)", "")
                .replace("|", "\\|")
                .strip();
        if (text.isEmpty()) {
            throw new AssertionError(record + " says nothing of " + component);
        }
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    private static String javadoc(Class<?> record) {
        var source = source(record);
        int end = source.indexOf("record " + record.getSimpleName() + "(");
        int begin = source.lastIndexOf("/**", end);
        int close = source.indexOf("*/", begin);
        if (end < 0 || begin < 0 || close > end) {
            throw new AssertionError(record + " has no Javadoc");
        }
        return source.substring(begin, close).stripTrailing();
    }

    private static String source(Class<?> record) {
        var name = Objects.requireNonNull(record.getName().split("\\$", 2)[0]).replace('.', '/') + ".java";
        try (var modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("src/main/java").resolve(name))
                    .filter(Files::exists)
                    .findFirst()
                    .map(RecordJavadoc::read)
                    .orElseThrow(() -> new AssertionError("no source of " + record));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

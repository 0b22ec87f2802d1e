package dev.millrace.ops.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs commands as a person would, and keeps what they print. */
final class CommandLineFixture {
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String in = "";

    CommandLineFixture(Path directory) {
        this.directory = directory;
    }

    CommandLineFixture env(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    CommandLineFixture stdin(String text) {
        in = text;
        return this;
    }

    int run(String... arguments) {
        out.reset();
        err.reset();
        var console = new Console(
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        return Main.commands(new Session(console, environment, directory)).execute(arguments);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}

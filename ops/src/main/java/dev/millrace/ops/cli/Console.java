package dev.millrace.ops.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and prints.
 *
 * @param interactive true when a person watches stderr: progress may be drawn
 */
record Console(InputStream in, PrintStream out, PrintStream err, boolean interactive) {
    /** The console of this process. */
    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again without a terminal (JDK-8351435)
    static Console system() {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        var console = System.console();
        return new Console(System.in, out, err, console != null && console.isTerminal());
    }

    PrintWriter outWriter() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    PrintWriter errWriter() {
        return new PrintWriter(err, true, StandardCharsets.UTF_8);
    }
}

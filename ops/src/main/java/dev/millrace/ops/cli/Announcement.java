package dev.millrace.ops.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.ops.client.PrivateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a process says once it serves: what it is and where it listens, as one line of JSON. */
record Announcement(ObjectNode line) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param addresses by what is found there */
    static Announcement of(String module, Map<String, String> addresses) {
        var line = JSON.createObjectNode().put("module", module);
        new TreeMap<>(addresses).forEach(line::put);
        return new Announcement(line);
    }

    /** Writes the line to the file, if there is to be one, and prints it. */
    void publish(Console console, @Nullable Path file) throws IOException {
        if (file != null) {
            PrivateFile.write(file, line + "\n");
        }
        console.out().println(line);
    }
}

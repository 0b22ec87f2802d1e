package dev.millrace.ops.acceptance;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events as a browser would. Not thread-safe; closing it breaks the connection.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation">Interpretation</a>
 */
final class SseReader implements AutoCloseable {
    private final HttpHeaders headers;
    private final BufferedReader lines;

    SseReader(HttpHeaders headers, InputStream body) {
        this.headers = headers;
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /**
     * One event.
     *
     * @param id empty when it has none
     * @param name empty when it has none
     */
    record Event(String id, String name, String data) {}

    /** The events of a body that is whole. */
    static List<Event> parse(String body) {
        var bytes = new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
        return new SseReader(HttpHeaders.of(Map.of(), (name, value) -> true), bytes).rest();
    }

    String jobId() {
        return headers.firstValue("millrace-job-id").orElse("");
    }

    /** The next event; null when the stream has ended. */
    @Nullable
    Event next() {
        var id = "";
        var name = "";
        var data = new ArrayList<String>();
        try {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (!data.isEmpty()) {
                        return new Event(id, name, String.join("\n", data));
                    }
                    continue;
                }
                int colon = line.indexOf(':');
                var field = colon < 0 ? line : line.substring(0, colon);
                var value = colon < 0 ? "" : line.substring(colon + 1);
                value = value.startsWith(" ") ? value.substring(1) : value;
                switch (field) {
                    case "id" -> id = value;
                    case "event" -> name = value;
                    case "data" -> data.add(value);
                    default -> {} // a comment, or a field of no meaning here
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All events until the stream ends. */
    List<Event> rest() {
        var events = new ArrayList<Event>();
        for (var event = next(); event != null; event = next()) {
            events.add(event);
        }
        return events;
    }

    /** Text of the first choice of the chat chunks among {@code events}. */
    static String chatText(List<Event> events) {
        var text = new StringBuilder();
        for (var event : events) {
            if (!event.data().equals("[DONE]")) {
                text.append(chatPiece(event));
            }
        }
        return text.toString();
    }

    static String chatPiece(Event event) {
        return HttpDoor.read(event.data())
                .path("choices")
                .path(0)
                .path("delta")
                .path("content")
                .asText("");
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.millrace.ops.client;

import java.util.Optional;

/**
 * Turns the lines of an event stream into events. Not thread-safe; one instance per stream.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation">HTML, event streams</a>
 */
final class ServerSentEvents {
    private final StringBuilder data = new StringBuilder();
    private String id = "";
    private String name = "";
    private boolean hasData;

    /** Takes the next line, without its end; gives an event when the line completes one. */
    Optional<ServerSentEvent> line(String line) {
        if (line.isEmpty()) {
            return dispatch();
        }
        int colon = line.indexOf(':');
        if (colon == 0) {
            return Optional.empty();
        }
        var field = colon < 0 ? line : line.substring(0, colon);
        var value = colon < 0 ? "" : line.substring(colon + 1);
        field(field, value.startsWith(" ") ? value.substring(1) : value);
        return Optional.empty();
    }

    private void field(String field, String value) {
        switch (field) {
            case "data" -> {
                if (hasData) {
                    data.append('\n');
                }
                data.append(value);
                hasData = true;
            }
            case "id" -> id = value;
            case "event" -> name = value;
            default -> {
                // the standard says to ignore it
            }
        }
    }

    private Optional<ServerSentEvent> dispatch() {
        var event = hasData
                ? Optional.of(new ServerSentEvent(id, name.isEmpty() ? "message" : name, data.toString()))
                : Optional.<ServerSentEvent>empty();
        data.setLength(0);
        name = "";
        hasData = false;
        return event;
    }
}

package dev.millrace.ops.acceptance;

import java.util.Set;

/** Reads the events of {@code GET /v1/jobs/{id}/events}. */
final class NativeEvent {
    private static final Set<String> ENDS =
            Set.of("completed", "failed", "cancelled", "aborted", "expired", "incomplete");

    private NativeEvent() {}

    /** Text that the event adds. */
    static String text(SseReader.Event event) {
        var text = new StringBuilder();
        for (var delta : HttpDoor.read(event.data()).path("deltas")) {
            if (delta.path("type").asText().equals("text")) {
                text.append(delta.path("text").asText());
            }
        }
        return text.toString();
    }

    /** Whether what came before is void. */
    static boolean restarted(SseReader.Event event) {
        return event.name().equals("restarted");
    }

    /** Whether this is the job's last event. */
    static boolean ends(SseReader.Event event) {
        return ENDS.contains(event.name());
    }
}

package dev.millrace.egress.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Terminal;

/** Writes how a message ended, streamed or whole. Pure. */
final class MessageEnd {
    private MessageEnd() {}

    /** {@code stop_reason} and what stands beside it. */
    static void stop(ObjectNode into, ContentCourse course, Terminal terminal) {
        into.put("stop_reason", MessageJson.stopReason(course.finish(), course.callsTools()));
        into.putNull("stop_sequence");
        course.finishExtensions().forEach((name, json) -> into.set(name, MessageJson.parsed(json)));
        place("container", into, terminal);
    }

    /** Usage, and what the dialect has no word for. */
    static void beside(ObjectNode into, ContentCourse course, Terminal terminal) {
        into.set("usage", MessageJson.usage(terminal.getUsage()));
        place("context_management", into, terminal);
        course.besides().write(into, course.finish(), terminal);
    }

    private static void place(String name, ObjectNode into, Terminal terminal) {
        var json = terminal.getVendor().get(name);
        if (json != null) {
            into.set(name, MessageJson.parsed(json));
        }
    }
}

package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Numbers events and collects those not yet taken. Numbers only grow, over restarts too. Not thread-safe. */
final class EventLog {
    private List<ObjectNode> events = new ArrayList<>();
    private long next;

    /** A new event, to be filled by the caller. */
    ObjectNode add(String type) {
        var event = JsonNodeFactory.instance.objectNode().put("type", type).put("sequence_number", next++);
        events.add(event);
        return event;
    }

    List<ObjectNode> take() {
        var taken = events;
        events = new ArrayList<>();
        return taken;
    }
}

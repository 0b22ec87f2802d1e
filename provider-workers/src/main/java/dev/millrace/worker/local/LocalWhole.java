package dev.millrace.worker.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.worker.local.LocalEvent.Bytes;
import dev.millrace.worker.local.LocalEvent.End;
import dev.millrace.worker.local.LocalEvent.Head;
import dev.millrace.worker.local.LocalEvent.Reset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Scripts of replies that are not streamed: the head comes when the whole answer would be there. */
final class LocalWhole {
    private static final Map<String, String> HEADERS = Map.of("content-type", "application/json");

    private LocalWhole() {}

    static Iterator<LocalEvent> events(JsonNode request, LocalOptions options, LocalAnswer answer) {
        long delay = options.firstTokenMillis()
                + options.gapMillis() * Math.max(0, answer.deltas().size() - 1);
        var body = body(request, answer);
        var half = body.substring(0, body.length() / 2);
        var events = new ArrayList<LocalEvent>();
        events.add(new Head(delay, 200, HEADERS));
        if (options.failure() == null) {
            events.addAll(List.of(new Bytes(0, LocalVendor.bytes(body)), new End(0)));
            return events.iterator();
        }
        return switch (options.failure()) {
            case HANG_BEFORE_FIRST_TOKEN -> events.iterator();
            case HANG_MID_STREAM -> with(events, new Bytes(0, LocalVendor.bytes(half)));
            case TRICKLE, HUGE_LINE -> forEver(events, "          ");
            case TRICKLE_BYTES -> forEver(events, "{\"x\":\"" + "x");
            case ERROR_IN_STREAM -> with(events, new Bytes(0, LocalVendor.bytes(error())), new End(0));
            case TRUNCATE -> with(events, new Bytes(0, LocalVendor.bytes(half)), new End(0));
            case RESET -> with(events, new Bytes(0, LocalVendor.bytes(half)), new Reset(0));
            default -> with(events, new Bytes(0, LocalVendor.bytes("{\"choices\":[{]}")), new End(0));
        };
    }

    private static Iterator<LocalEvent> with(List<LocalEvent> events, LocalEvent... more) {
        events.addAll(List.of(more));
        return events.iterator();
    }

    private static Iterator<LocalEvent> forEver(List<LocalEvent> events, String text) {
        return Stream.concat(events.stream(), Stream.generate(() ->
                        (LocalEvent) new Bytes(100, LocalVendor.bytes(text.substring(0, 1)))))
                .iterator();
    }

    private static String error() {
        var body = JsonNodeFactory.instance.objectNode();
        body.set("error", LocalVendor.errorObject(500, "the scripted vendor was told to fail"));
        return body.toString();
    }

    private static String body(JsonNode request, LocalAnswer answer) {
        var body = LocalVendor.envelope(request, "chat.completion");
        var choice = body.putArray("choices").addObject().put("index", 0);
        choice.set("message", answer.message());
        choice.put("finish_reason", answer.finish());
        body.set("usage", answer.usage());
        return body.toString();
    }
}

package dev.millrace.egress.jobs;

import dev.millrace.egress.openai.ChatOptions;
import io.vertx.core.http.HttpServerRequest;

/** What a reader of a job's events asked for. */
sealed interface EventsQuery {
    long MAX_INDEX = 999_999_999_999_999L;

    /**
     * The native event stream.
     *
     * @param after index of the last event the client has; -1 for all
     */
    record Native(long after) implements EventsQuery {}

    /** The same job as the frames of a streamed chat completion. */
    record OpenAiChat(long after, ChatOptions options) implements EventsQuery {}

    record Bad(String param, String message) implements EventsQuery {}

    /**
     * Reads {@code Last-Event-ID}, else {@code starting_after}; {@code format}: {@code native} (default) or {@code openai-chat}, the
     * latter with {@code include_usage} and {@code accept_restart}.
     *
     * <p>The header counts before the parameter: a client that reconnects repeats the address and knows better by then.
     */
    static EventsQuery read(HttpServerRequest request) {
        var header = request.getHeader("Last-Event-ID");
        boolean named = header != null && !header.isEmpty();
        var text = named ? header : request.getParam("starting_after", "-1");
        var after = Numbers.read(text, -1, MAX_INDEX);
        if (after.isEmpty()) {
            return new Bad(
                    named ? "Last-Event-ID" : "starting_after",
                    "must be the id of an event: a number from 0, or -1 for all events");
        }
        return switch (request.getParam("format", "native")) {
            case "native" -> new Native(after.getAsLong());
            case "openai-chat" -> new OpenAiChat(after.getAsLong(), chat(request));
            default -> new Bad("format", "must be native or openai-chat");
        };
    }

    private static ChatOptions chat(HttpServerRequest request) {
        boolean includeUsage = Boolean.parseBoolean(request.getParam("include_usage", "false"));
        boolean acceptRestart = Boolean.parseBoolean(request.getParam("accept_restart", "false"));
        return new ChatOptions(true, includeUsage, acceptRestart, "");
    }
}

package dev.millrace.ops.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServerSentEventsTest {
    @Test
    void joinsDataLinesAndKeepsIdAndName() {
        assertThat(events("id: 7", "event: chunk", "data: one", "data:two", ""))
                .containsExactly(new ServerSentEvent("7", "chunk", "one\ntwo"));
    }

    @Test
    void ignoresCommentsUnknownFieldsAndEventsWithoutData() {
        assertThat(events(": keep-alive", "", "retry: 5", "event: x", "", "data: a", ""))
                .containsExactly(new ServerSentEvent("", "message", "a"));
    }

    @Test
    void dropsAnEventThatIsNotCompleted() {
        assertThat(events("data: a")).isEmpty();
    }

    private static List<ServerSentEvent> events(String... lines) {
        var events = new ServerSentEvents();
        return Stream.of(lines).map(events::line).flatMap(Optional::stream).toList();
    }
}

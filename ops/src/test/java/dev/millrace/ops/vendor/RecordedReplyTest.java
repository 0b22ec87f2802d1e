package dev.millrace.ops.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.local.LocalEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordedReplyTest {
    @TempDir
    Path root;

    private List<Long> delays(String timing, long gapMillis) throws IOException {
        var folder = Files.createDirectories(root.resolve("vendor/chat/one"));
        Files.writeString(
                folder.resolve("meta.json"), "{\"status\":200,\"response_file\":\"response.sse\"" + timing + "}");
        Files.writeString(folder.resolve("response.sse"), "data: 1\n\ndata: 2\n\ndata: 3\n\n");
        return RecordedReply.events(root, "vendor/chat/one", gapMillis).stream()
                .filter(LocalEvent.Bytes.class::isInstance)
                .map(LocalEvent::delayMillis)
                .toList();
    }

    @Test
    void playsInItsOwnTimeWhereThatWasKept() throws IOException {
        assertThat(delays(",\"event_gaps_millis\":[120,30]", -1)).containsExactly(120L, 30L, 0L);
    }

    @Test
    void playsAtOnceWhereNoTimeWasKept() throws IOException {
        assertThat(delays("", -1)).containsExactly(0L, 0L, 0L);
    }

    @Test
    void theCallersPaceWins() throws IOException {
        assertThat(delays(",\"event_gaps_millis\":[120,30]", 5)).containsExactly(0L, 5L, 5L);
    }
}

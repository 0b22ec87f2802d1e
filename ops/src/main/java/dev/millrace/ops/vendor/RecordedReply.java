package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.worker.local.LocalEvent;
import dev.millrace.worker.local.LocalEvent.Bytes;
import dev.millrace.worker.local.LocalEvent.End;
import dev.millrace.worker.local.LocalEvent.Head;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A reply as it was recorded from a vendor, event by event, in its own time where that was kept: an array {@code event_gaps_millis} in
 * {@code meta.json}, the wait before each event, the first one's after the head. Most recorders did not keep it; events without a time
 * follow at once.
 */
final class RecordedReply {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RecordedReply() {}

    /**
     * The reply of a case, {@code vendor/capability/case} below the root.
     *
     * @param gapMillis wait before each event but the first, whatever the recording says; negative to take the recording's own time
     * @throws IOException when there is no such case or it cannot be read
     */
    static List<LocalEvent> events(Path root, String name, long gapMillis) throws IOException {
        var folder = root.resolve(name).normalize();
        if (!folder.startsWith(root)) {
            throw new IOException("not a recording: " + name);
        }
        var meta = JSON.readTree(Files.readAllBytes(folder.resolve("meta.json")));
        Map<String, String> headers = new HashMap<>();
        headers.put(
                "content-type",
                meta.path("response_headers").path("content-type").asText("application/json"));
        var body = Files.readAllBytes(folder.resolve(meta.path("response_file").asText()));
        var events = new ArrayList<LocalEvent>();
        events.add(new Head(0, meta.path("status").asInt(200), headers));
        var own = meta.path("event_gaps_millis");
        int start = 0;
        int index = 0;
        for (int end = nextEvent(body, 0); start < body.length; end = nextEvent(body, start)) {
            long wait = gapMillis < 0 ? Math.max(0, own.path(index).asLong(0)) : index == 0 ? 0 : gapMillis;
            index++;
            events.add(new Bytes(wait, ByteBuffer.wrap(body, start, end - start).slice()));
            start = end;
        }
        events.add(new End(0));
        return events;
    }

    /** End of the event that begins there: after the next empty line. */
    private static int nextEvent(byte[] body, int from) {
        for (int i = from; i + 1 < body.length; i++) {
            boolean lf = body[i] == '\n' && body[i + 1] == '\n';
            boolean crlf = i + 3 < body.length && body[i] == '\r' && body[i + 2] == '\r' && body[i + 3] == '\n';
            if (lf || crlf) {
                return i + (lf ? 2 : 4);
            }
        }
        return body.length;
    }
}

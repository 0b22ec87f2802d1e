package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.Reading;
import dev.millrace.worker.provider.Recording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a recorded body of Converse in the plainest way, frames included, to compare the decoder with. */
final class RawConverse {
    private static final ObjectMapper JSON = new ObjectMapper();

    final Reading reading = new Reading();
    final List<String> extras = new ArrayList<>();
    /** JSON of every citation, in order. */
    final List<String> citations = new ArrayList<>();
    /** Names of server-side tools that were called. */
    final List<String> serverCalls = new ArrayList<>();
    /** Signatures and redacted thinking, in order. */
    final List<String> opaque = new ArrayList<>();

    private final Map<Integer, Reading.Call> calls = new HashMap<>();

    @Nullable
    JsonNode usage;

    @Nullable
    String error;

    RawConverse(Recording recording) throws IOException {
        if (recording.status() >= 300) {
            error = JSON.readTree(recording.body()).path("message").asText();
        } else if (recording.body()[0] == '{') {
            whole(JSON.readTree(recording.body()));
        } else {
            for (var event : events(recording.body())) {
                event(event.type(), event.payload());
            }
        }
    }

    record Event(String type, JsonNode payload) {}

    /** Total length, header length, checksum, headers, payload, checksum. */
    static List<Event> events(byte[] body) throws IOException {
        var events = new ArrayList<Event>();
        var bytes = ByteBuffer.wrap(body);
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            int total = bytes.getInt();
            int headers = bytes.getInt();
            bytes.getInt();
            var type = "";
            while (bytes.position() < start + 12 + headers) {
                var name = text(bytes, bytes.get());
                bytes.get();
                var value = text(bytes, bytes.getShort());
                type = name.equals(":event-type") ? value : type;
            }
            events.add(new Event(type, JSON.readTree(text(bytes, total - headers - 16))));
            bytes.getInt();
        }
        return events;
    }

    private static String text(ByteBuffer bytes, int length) {
        var piece = new byte[length];
        bytes.get(piece);
        return new String(piece, StandardCharsets.UTF_8);
    }

    private Reading.Choice choice() {
        return reading.choice(0);
    }

    private void extras(JsonNode object, List<String> known) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                extras.add(name);
            }
        });
    }

    private void whole(JsonNode body) {
        choice().finish = body.path("stopReason").asText();
        usage = body.path("usage");
        extras(body, List.of("output", "stopReason", "usage"));
        for (var block : body.path("output").path("message").path("content")) {
            choice().text += block.path("text").asText();
            for (var piece : block.path("citationsContent").path("content")) {
                choice().text += piece.path("text").asText();
            }
            block.path("citationsContent").path("citations").forEach(it -> citations.add(it.toString()));
            thought(block.path("reasoningContent").path("reasoningText"));
            thought(block.path("reasoningContent"));
            var call = block.path("toolUse");
            if (call.isObject() && start(-1, call)) {
                choice().calls.getLast().arguments = call.path("input").toString();
            }
        }
    }

    private void thought(JsonNode thought) {
        choice().reasoning += thought.path("text").asText();
        for (var name : List.of("signature", "redactedContent")) {
            if (thought.has(name)) {
                opaque.add(thought.path(name).asText());
            }
        }
    }

    private boolean start(int index, JsonNode call) {
        if (call.path("type").asText().equals("server_tool_use")) {
            serverCalls.add(call.path("name").asText());
            return false;
        }
        var started = new Reading.Call();
        started.id = call.path("toolUseId").asText();
        started.name = call.path("name").asText();
        choice().calls.add(started);
        calls.put(index, started);
        return true;
    }

    private void event(String type, JsonNode payload) {
        int index = payload.path("contentBlockIndex").asInt();
        switch (type) {
            case "contentBlockStart" -> {
                if (payload.path("start").path("toolUse").isObject()) {
                    start(index, payload.path("start").path("toolUse"));
                }
            }
            case "contentBlockDelta" -> {
                var delta = payload.path("delta");
                choice().text += delta.path("text").asText();
                thought(delta.path("reasoningContent"));
                if (delta.has("citation")) {
                    citations.add(delta.path("citation").toString());
                }
                if (delta.has("toolUse") && calls.containsKey(index)) {
                    calls.get(index).arguments +=
                            delta.path("toolUse").path("input").asText();
                }
            }
            case "messageStop" -> {
                choice().finish = payload.path("stopReason").asText();
                calls.values().stream().filter(call -> call.arguments.isEmpty()).forEach(call -> call.arguments = "{}");
            }
            case "metadata" -> {
                usage = payload.path("usage");
                extras(payload, List.of("usage", "p"));
            }
            default -> {}
        }
    }

    @Nullable
    Usage usage() {
        if (usage == null) {
            return null;
        }
        long read = usage.path("cacheReadInputTokens").asLong(-1);
        long written = usage.path("cacheWriteInputTokens").asLong(-1);
        return Usage.newBuilder()
                .setInputTokens(usage.path("totalTokens").asLong()
                        - usage.path("outputTokens").asLong())
                .setOutputTokens(usage.path("outputTokens").asLong())
                .setCachedInputTokens(read)
                .setCacheWriteTokens(written)
                .setVendorJson(usage.toString())
                .build();
    }
}

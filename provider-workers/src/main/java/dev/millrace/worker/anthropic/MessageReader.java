package dev.millrace.worker.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.VendorExtras;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Truncated;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message, as a stream of events or whole, into deltas of choice 0. The order of the deltas is that of the content.
 *
 * <p>Text, thinking and tool calls have common words. Everything else is an item of dialect {@value Emitted#DIALECT} whose JSON is as it
 * came: blocks of other types under their type, {@code citation}, unknown pieces under {@code delta.<type>}, unknown events under
 * {@code event.<type>}. Where a text or thinking block follows one of its own type, or has members of its own, an item
 * {@code content_block} stands before it, so that the blocks can be told apart.
 *
 * <p>Knows no framing. Not thread-safe.
 */
public final class MessageReader {
    private static final int MAX_BLOCKS = 10_000;
    private static final Set<String> NOT_EXTRA = Set.of(
            "type", "role", "content", "usage", "stop_reason", "stop_sequence", "stop_details", "delta", "message");
    private static final Set<String> FINISH = Set.of("stop_sequence", "stop_details");
    private static final Set<String> TEXT_MEMBERS = Set.of("text", "citations");
    private static final Set<String> THINKING_MEMBERS = Set.of("type", "thinking", "signature", "data");

    private final DecoderLimits limits;
    private final VendorExtras extras;
    private final MessageUsage usage = new MessageUsage();
    private final Map<Integer, OpenBlock> open = new HashMap<>();
    private List<Delta> deltas = new ArrayList<>();
    private String lastType = "";
    private int toolCalls;
    private int blocks;
    private boolean stopped;

    public MessageReader(DecoderLimits limits) {
        this.limits = limits;
        this.extras = new VendorExtras(limits.maxVendorBytes(), NOT_EXTRA);
    }

    /** Reads the next event of a stream; the result once the message, or the stream, has come to its end, until then null. */
    public @Nullable VendorResult event(JsonNode event) {
        if (!event.isObject()) {
            return new Malformed("an event is not an object");
        }
        var type = event.path("type").asText();
        return switch (type) {
            case "message_start" -> malformed(type, messageStart(event.path("message")));
            case "content_block_start" ->
                malformed(type, blockStart(event.path("index").asInt(-1), event.path("content_block")));
            case "content_block_delta" ->
                malformed(type, blockDelta(event.path("index").asInt(-1), event.path("delta")));
            case "content_block_stop" ->
                malformed(type, blockStop(event.path("index").asInt(-1)));
            case "message_delta" -> malformed(type, messageDelta(event));
            case "message_stop" -> messageStop(event);
            case "ping" -> null;
            case "error" -> MessageErrors.inStream(event);
            default -> unknown(type, event);
        };
    }

    /** Reads a whole message. */
    public VendorResult whole(JsonNode message) {
        if (!message.path("content").isArray()) {
            return new Malformed("content");
        }
        extras.read(message);
        usage.read(message.path("usage"));
        var malformed = content(message.path("content"));
        if (malformed != null) {
            return new Malformed(malformed);
        }
        finish(message);
        return stopped ? finished() : new Malformed("stop_reason");
    }

    private static @Nullable VendorResult malformed(String event, @Nullable String what) {
        return what == null ? null : new Malformed(event + ": " + what);
    }

    private @Nullable String messageStart(JsonNode message) {
        if (!message.isObject()) {
            return "message";
        }
        extras.read(message);
        usage.read(message.path("usage"));
        return content(message.path("content"));
    }

    private @Nullable String content(JsonNode content) {
        for (int i = 0; i < content.size(); i++) {
            var problem = blockStart(MAX_BLOCKS + i, content.path(i));
            problem = problem == null ? blockStop(MAX_BLOCKS + i) : problem;
            if (problem != null) {
                return "content[" + i + "] " + problem;
            }
        }
        return null;
    }

    private @Nullable String blockStart(int index, JsonNode block) {
        var type = block.path("type").asText();
        if (index < 0 || open.containsKey(index) || blocks++ >= MAX_BLOCKS) {
            return "index";
        }
        if (type.isEmpty()) {
            return "type";
        }
        separate(type, block);
        OpenBlock opened = switch (type) {
            case "text" -> new TextBlock();
            case "thinking", "redacted_thinking" -> new ThinkingBlock();
            case "tool_use" -> new ToolUseBlock(toolCalls++);
            default -> new CarriedBlock(limits.maxEventBytes());
        };
        open.put(index, opened);
        return opened.start(block, deltas);
    }

    private void separate(String type, JsonNode block) {
        boolean separable = type.equals("text") || type.equals("thinking");
        var known = type.equals("text") ? TEXT_MEMBERS : THINKING_MEMBERS;
        if (separable && (type.equals(lastType) || hasFurther(block, known))) {
            var further = block.deepCopy();
            if (further instanceof ObjectNode object) {
                object.remove(known);
                object.put("type", type);
            }
            deltas.add(Emitted.item(Emitted.BLOCK, further));
        }
        lastType = type;
    }

    private static boolean hasFurther(JsonNode block, Set<String> known) {
        return block.properties().stream()
                .anyMatch(member -> !known.contains(member.getKey())
                        && !member.getKey().equals("type")
                        && !member.getValue().isNull());
    }

    private @Nullable String blockDelta(int index, JsonNode delta) {
        var block = open.get(index);
        if (block == null) {
            return "index";
        }
        return delta.isObject() ? block.delta(delta, deltas) : "delta";
    }

    private @Nullable String blockStop(int index) {
        var block = open.remove(index);
        return block == null ? "index" : block.stop(deltas);
    }

    private @Nullable String messageDelta(JsonNode event) {
        usage.read(event.path("usage"));
        extras.read(event);
        extras.read(event.path("delta"));
        if (event.path("delta").path("stop_reason").isTextual() && !open.isEmpty()) {
            return "a content block is not closed";
        }
        finish(event.path("delta"));
        return null;
    }

    private void finish(JsonNode stop) {
        var word = stop.path("stop_reason");
        if (word.isTextual() && !stopped) {
            stopped = true;
            var extensions = new HashMap<String, String>();
            for (var name : FINISH) {
                if (stop.hasNonNull(name)) {
                    extensions.put(name, stop.path(name).toString());
                }
            }
            deltas.add(new Delta(0, new FinishDelta(StopWords.reason(word.asText()), word.asText()), extensions));
        }
    }

    private VendorResult messageStop(JsonNode event) {
        extras.read(event);
        return stopped ? finished() : new Truncated("message_stop came before a stop reason");
    }

    private VendorResult finished() {
        return new Finished(usage(), vendor());
    }

    private @Nullable VendorResult unknown(String type, JsonNode event) {
        if (type.isEmpty()) {
            return new Malformed("an event without a type");
        }
        deltas.add(Emitted.item(Emitted.EVENT_PREFIX + type, event));
        return null;
    }

    /** Removes and returns the deltas read since the last call. */
    public List<Delta> take() {
        if (deltas.isEmpty()) {
            return List.of();
        }
        var taken = deltas;
        deltas = new ArrayList<>();
        return taken;
    }

    /** Usage so far; null when the vendor gave none. */
    public @Nullable Usage usage() {
        return usage.usage();
    }

    /** What the vendor said beside the content so far, each value JSON. */
    public Map<String, String> vendor() {
        return extras.values();
    }
}

package dev.millrace.egress.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.dialect.Marks;
import dev.millrace.job.JobId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the deltas of a message, from whichever vendor, into the course of its content blocks: one after the other, each with start, pieces
 * and stop. Pure; not thread-safe; fed from the first delta.
 *
 * <p>A piece of a tool call whose block has been closed, because a vendor mixes the pieces of parallel calls, still carries its block's
 * index.
 */
final class ContentCourse {
    private static final String BLOCK = "content_block";
    private static final String CITATION = "citation";
    private static final String DELTA_PREFIX = "delta.";
    private static final String EVENT_PREFIX = "event.";
    private static final int NONE = -1;

    private enum Open {
        NOTHING,
        TEXT,
        THINKING,
        SIGNED,
        CALL
    }

    private final JobId job;
    private final Besides besides = new Besides();
    private final Map<Integer, Integer> blockByCall = new HashMap<>();
    private List<BlockEvent> out = new ArrayList<>();
    private Open open = Open.NOTHING;
    private int last = NONE;
    private @Nullable MediaBlock media;
    private @Nullable FinishDelta finish;
    private Map<String, String> finishExtensions = Map.of();

    ContentCourse(JobId job) {
        this.job = job;
    }

    /** What one delta adds. Only the first choice is a message; a client of this dialect cannot ask for more. */
    List<BlockEvent> next(Delta delta) {
        if (delta.getIndex() == 0) {
            read(delta);
        }
        return take();
    }

    /** What is missing at the end. */
    List<BlockEvent> end() {
        flushMedia();
        close();
        return take();
    }

    private List<BlockEvent> take() {
        var taken = out;
        out = new ArrayList<>();
        return taken;
    }

    /** How the message finished; null while nobody said. */
    @Nullable
    FinishDelta finish() {
        return finish;
    }

    /** {@code stop_sequence} and {@code stop_details}, each value JSON. */
    Map<String, String> finishExtensions() {
        return finishExtensions;
    }

    Besides besides() {
        return besides;
    }

    boolean callsTools() {
        return !blockByCall.isEmpty();
    }

    private void read(Delta delta) {
        var extensions = delta.getExtensions();
        if (!(delta.getContent() instanceof MediaDelta)) {
            flushMedia();
        }
        switch (delta.getContent()) {
            case TextDelta text -> {
                text(text.getText());
                besides.extensions(extensions);
            }
            case RefusalDelta refusal -> {
                text(refusal.getText());
                besides.extensions(extensions);
            }
            case ReasoningDelta thought -> {
                thought(thought);
                besides.extensions(extensions);
            }
            case ToolCallDelta call -> call(call, extensions);
            case MediaDelta piece -> media(piece, extensions);
            case ItemDelta item -> {
                item(item);
                besides.extensions(extensions);
            }
            case FinishDelta end -> finish(end, extensions);
            default -> {} // vectors and progress are no message, and what a newer writer adds is not known here
        }
    }

    private void start(Open kind, ObjectNode block) {
        close();
        open = kind;
        out.add(new BlockEvent.Start(++last, block));
    }

    private void piece(int index, ObjectNode delta) {
        out.add(new BlockEvent.Piece(index, delta));
    }

    private void close() {
        if (open != Open.NOTHING) {
            out.add(new BlockEvent.Stop(last));
            open = Open.NOTHING;
        }
    }

    private void whole(ObjectNode block) {
        start(Open.TEXT, block);
        close();
    }

    private void text(String text) {
        if (open != Open.TEXT) {
            start(Open.TEXT, MessageJson.typed("text").put("text", ""));
        }
        if (!text.isEmpty()) {
            piece(last, MessageJson.typed("text_delta").put("text", text));
        }
    }

    private void thought(ReasoningDelta thought) {
        boolean spoken = !thought.getText().isEmpty() || thought.getSignature() != null;
        if (spoken || thought.getEncrypted() == null) {
            if (open != Open.THINKING) {
                start(Open.THINKING, thinking());
            }
            if (!thought.getText().isEmpty()) {
                piece(last, MessageJson.typed("thinking_delta").put("thinking", thought.getText()));
            }
        }
        if (thought.getSignature() != null) {
            piece(last, MessageJson.typed("signature_delta").put("signature", thought.getSignature()));
            open = Open.SIGNED;
        }
        if (thought.getEncrypted() != null) {
            whole(MessageJson.typed("redacted_thinking").put("data", thought.getEncrypted()));
        }
    }

    private static ObjectNode thinking() {
        return MessageJson.typed("thinking").put("thinking", "").put("signature", "");
    }

    private void call(ToolCallDelta call, Map<String, String> extensions) {
        var known = blockByCall.get(call.getIndex());
        if (known == null) {
            start(Open.CALL, toolUse(call, extensions));
            known = last;
            blockByCall.put(call.getIndex(), known);
        } else {
            besides.extensions(extensions);
        }
        if (!call.getArguments().isEmpty()) {
            piece(known, MessageJson.typed("input_json_delta").put("partial_json", call.getArguments()));
        }
    }

    private ObjectNode toolUse(ToolCallDelta call, Map<String, String> extensions) {
        boolean named = call.getId() != null && !call.getId().isEmpty();
        var block = MessageJson.typed("tool_use")
                .put("id", named ? call.getId() : "toolu_" + job.value() + "_" + call.getIndex())
                .put("name", call.getName() == null ? "" : call.getName());
        block.putObject("input");
        extensions.forEach((name, json) -> {
            if (!block.has(name) && !Marks.isMark(name)) {
                block.set(name, MessageJson.parsed(json));
            }
        });
        if (call.getSignature() != null) {
            // Gemini's; where its callers of chat completions find it too.
            block.withObjectProperty("extra_content")
                    .withObjectProperty("google")
                    .put("thought_signature", call.getSignature());
        }
        return block;
    }

    private void media(MediaDelta piece, Map<String, String> extensions) {
        if (media == null) {
            media = new MediaBlock(piece);
        }
        if (media.add(piece, extensions)) {
            flushMedia();
        }
    }

    private void flushMedia() {
        if (media != null) {
            whole(media.block());
            media = null;
        }
    }

    private void item(ItemDelta item) {
        var value = MessageJson.parsed(item.getJson());
        if (!item.getDialect().equals(MessageJson.DIALECT) || !(value instanceof ObjectNode object)) {
            besides.item(item);
        } else if (item.getType().equals(BLOCK)) {
            begin(object);
        } else if (item.getType().equals(CITATION)) {
            text("");
            var delta = MessageJson.typed("citations_delta");
            delta.set("citation", object);
            piece(last, delta);
        } else if (item.getType().startsWith(EVENT_PREFIX)) {
            out.add(new BlockEvent.Other(object));
        } else if (item.getType().startsWith(DELTA_PREFIX)) {
            strange(item, object);
        } else {
            carried(object);
        }
    }

    private void begin(ObjectNode further) {
        boolean text = further.path("type").asText().equals("text");
        var block = text ? MessageJson.typed("text").put("text", "") : thinking();
        block.setAll(further);
        start(text ? Open.TEXT : Open.THINKING, block);
    }

    private void strange(ItemDelta item, ObjectNode delta) {
        if (open == Open.NOTHING) {
            besides.item(item);
        } else {
            piece(last, delta);
        }
    }

    /** A block of the vendor's, complete; the input of a server tool follows its start, as from the vendor. */
    private void carried(ObjectNode block) {
        var input = block.path("input");
        boolean called = block.path("type").asText().endsWith("tool_use") && input.isObject() && !input.isEmpty();
        if (!called) {
            whole(block);
            return;
        }
        var begun = block.deepCopy();
        begun.putObject("input");
        start(Open.CALL, begun);
        piece(last, MessageJson.typed("input_json_delta").put("partial_json", input.toString()));
        close();
    }

    private void finish(FinishDelta end, Map<String, String> extensions) {
        finish = end;
        var own = new LinkedHashMap<String, String>();
        var others = new LinkedHashMap<String, String>();
        extensions.forEach((name, json) -> {
            boolean known = name.equals("stop_sequence") || name.equals("stop_details");
            (known ? own : others).put(name, json);
        });
        finishExtensions = own;
        besides.extensions(others);
    }
}

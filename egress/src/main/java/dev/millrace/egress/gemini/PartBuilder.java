package dev.millrace.egress.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the parts of one candidate from deltas. Texts of the same kind that follow each other become one part; calls and media, which the
 * dialect knows only whole, are kept until their last piece has come. Not thread-safe.
 */
final class PartBuilder {
    /** Ids that stand for calls the vendor gave none; clients of this dialect do without. */
    private static final String MADE_UP = "gcall_";

    private static final String SIGNATURE = "thoughtSignature";

    private List<ObjectNode> parts = new ArrayList<>();
    private @Nullable Call call;
    private @Nullable Media media;
    private @Nullable Prose prose;

    private static final class Call {
        private final int index;
        private final StringBuilder arguments = new StringBuilder();
        private String id = "";
        private String name = "";
        private boolean custom;
        private @Nullable String signature;

        private Call(int index) {
            this.index = index;
        }
    }

    private record Media(MediaDelta first, ByteArrayOutputStream data) {}

    private record Prose(boolean thought, StringBuilder text) {}

    void text(TextDelta text, Map<String, String> extensions) {
        endOpen();
        if (!text.getText().isEmpty() || extensions.containsKey(ContentJson.MARK + SIGNATURE)) {
            prose(text.getText(), false, signature(extensions));
        }
    }

    void reasoning(ReasoningDelta thought) {
        endOpen();
        if (!thought.getText().isEmpty() || thought.getSignature() != null) {
            prose(thought.getText(), true, thought.getSignature());
        }
    }

    /** A signature stands in a part of its own, so that what it signs is not joined with anything else. */
    private void prose(String text, boolean thought, @Nullable String signature) {
        if (signature != null || (prose != null && prose.thought() != thought)) {
            endProse();
        }
        if (signature == null) {
            var current = prose == null ? new Prose(thought, new StringBuilder()) : prose;
            prose = current;
            current.text().append(text);
            return;
        }
        var part = prose(text, thought);
        sign(part, signature);
        parts.add(part);
    }

    private static ObjectNode prose(String text, boolean thought) {
        var part = ContentJson.object().put("text", text);
        return thought ? part.put("thought", true) : part;
    }

    private void endProse() {
        if (prose != null) {
            parts.add(prose(prose.text().toString(), prose.thought()));
            prose = null;
        }
    }

    private static @Nullable String signature(Map<String, String> extensions) {
        var json = extensions.get(ContentJson.MARK + SIGNATURE);
        return json == null ? null : ContentJson.parsed(json).asText();
    }

    private static void sign(ObjectNode part, @Nullable String signature) {
        if (signature == null) {
            return;
        }
        if (ContentJson.isBase64(signature)) {
            part.put(SIGNATURE, signature);
        } else {
            part.putObject(ContentJson.OURS).put("signature", signature);
        }
    }

    void call(ToolCallDelta piece) {
        endProse();
        endMedia();
        if (call != null && call.index != piece.getIndex()) {
            endCall();
        }
        var current = call == null ? new Call(piece.getIndex()) : call;
        call = current;
        current.id = current.id.isEmpty() && piece.getId() != null ? piece.getId() : current.id;
        current.name = current.name.isEmpty() && piece.getName() != null ? piece.getName() : current.name;
        current.custom |= "custom".equals(piece.getType());
        current.signature = piece.getSignature() == null ? current.signature : piece.getSignature();
        current.arguments.append(piece.getArguments());
    }

    void media(MediaDelta piece, Map<String, String> extensions) {
        endProse();
        endCall();
        if (piece.getData() != null) {
            var current = media == null ? new Media(piece, new ByteArrayOutputStream()) : media;
            media = current;
            var bytes = new byte[piece.getData().remaining()];
            piece.getData().duplicate().get(bytes);
            current.data().writeBytes(bytes);
        }
        if (piece.getUrl() != null && piece.getData() == null) {
            var part = ContentJson.object();
            part.putObject("fileData").put("mimeType", piece.getMimeType()).put("fileUri", piece.getUrl());
            parts.add(part);
        }
        if (piece.getTranscript() != null && !piece.getTranscript().isEmpty()) {
            parts.add(prose(piece.getTranscript(), false));
        }
        if (piece.getLast()) {
            endMedia();
            beside(extensions);
        }
    }

    private void beside(Map<String, String> extensions) {
        if (!parts.isEmpty()) {
            var part = parts.getLast();
            extensions.forEach((name, json) -> {
                if (name.startsWith(ContentJson.MARK)) {
                    part.set(name.substring(ContentJson.MARK.length()), ContentJson.parsed(json));
                }
            });
        }
    }

    /** A part as this dialect's vendor sent it. */
    void raw(ObjectNode part) {
        endProse();
        endOpen();
        parts.add(part);
    }

    /** Ends the call or item that is open: nothing more of it will come. */
    void endOpen() {
        endCall();
        endMedia();
    }

    private void endCall() {
        var ended = call;
        if (ended == null) {
            return;
        }
        call = null;
        var part = ContentJson.object();
        var body = part.putObject("functionCall");
        if (!ended.id.isEmpty() && !ended.id.startsWith(MADE_UP)) {
            body.put("id", ended.id);
        }
        body.put("name", ended.name).set("args", arguments(ended));
        sign(part, ended.signature);
        parts.add(part);
    }

    /** The dialect's arguments are an object; anything else stands under a name of ours. */
    private static ObjectNode arguments(Call call) {
        var text = call.arguments.toString();
        if (text.isBlank()) {
            return ContentJson.object();
        }
        if (!call.custom && ContentJson.parsed(text) instanceof ObjectNode object) {
            return object;
        }
        return ContentJson.object().put(call.custom ? "input" : "arguments", text);
    }

    private void endMedia() {
        var ended = media;
        if (ended == null) {
            return;
        }
        media = null;
        var part = ContentJson.object();
        part.putObject("inlineData")
                .put("mimeType", ended.first().getMimeType())
                .put("data", Base64.getEncoder().encodeToString(ended.data().toByteArray()));
        parts.add(part);
    }

    /** Removes and returns the parts that are complete. */
    List<ObjectNode> take() {
        endProse();
        if (parts.isEmpty()) {
            return List.of();
        }
        var taken = parts;
        parts = new ArrayList<>();
        return taken;
    }
}

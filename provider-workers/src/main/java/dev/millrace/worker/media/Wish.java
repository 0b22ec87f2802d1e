package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.worker.provider.VendorCall;
import java.util.Arrays;

/**
 * What a client asked for, as far as reading the replies needs it; travels with the first call as its memo.
 *
 * @param bytes whether results are wanted as bytes, not as addresses
 * @param first what the reply to the first call answers
 * @param more what the adapter needs beside it
 */
public record Wish(Operation operation, boolean bytes, Stage first, ObjectNode more) {
    private static final String MARK = "{\"operation\":";

    /** What a task asks for; takes {@code response_format}. Sound is always wanted as bytes. */
    static Wish of(TaskOrder task) {
        boolean media = switch (task.operation()) {
            case IMAGE, IMAGE_EDIT, VIDEO -> true;
            case SPEECH, CHAT, COMPLETION, EMBEDDING, TRANSCRIPTION, TRANSLATION, RERANK, MODERATION, RUN, UNKNOWN ->
                false;
        };
        boolean bytes = task.operation() == Operation.SPEECH;
        if (media) {
            var format = task.parameters().text("response_format");
            bytes = "b64_json".equals(format);
            if (format != null && !bytes && !format.equals("url")) {
                task.parameters().refuse("response_format", "must be url or b64_json");
            }
        }
        return new Wish(task.operation(), bytes, Stage.CREATED, JsonText.object());
    }

    public Wish withBytes(boolean wanted) {
        return new Wish(operation, wanted, first, more);
    }

    public Wish beginning(Stage stage) {
        return new Wish(operation, bytes, stage, more);
    }

    /** Whether the vendor's own object is the answer. */
    public boolean raw() {
        return operation == Operation.RUN;
    }

    /** The kind of what the task makes. */
    public MediaKind kind() {
        return switch (operation) {
            case IMAGE, IMAGE_EDIT -> MediaKind.IMAGE;
            case VIDEO -> MediaKind.VIDEO;
            case SPEECH -> MediaKind.AUDIO;
            case CHAT, COMPLETION, EMBEDDING, TRANSCRIPTION, TRANSLATION, RERANK, MODERATION, RUN, UNKNOWN ->
                MediaKind.OTHER;
        };
    }

    String memo() {
        var memo = JsonText.object()
                .put("operation", operation.name())
                .put("bytes", bytes)
                .put("first", first.name());
        memo.set("more", more);
        return memo.toString();
    }

    /** Whether a call carries a wish. */
    static boolean isIn(VendorCall call) {
        return call.memo() != null && call.memo().startsWith(MARK);
    }

    /** The wish behind a call; that of a raw one for a call without memo. */
    static Wish of(VendorCall call) {
        var memo = call.memo() == null ? null : JsonText.readOrNull(call.memo());
        if (memo == null) {
            return new Wish(Operation.RUN, false, Stage.CREATED, JsonText.object());
        }
        var operation = Arrays.stream(Operation.values())
                .filter(each -> each.name().equals(memo.path("operation").asText()))
                .findFirst()
                .orElse(Operation.UNKNOWN);
        var first = Arrays.stream(Stage.values())
                .filter(each -> each.name().equals(memo.path("first").asText()))
                .findFirst()
                .orElse(Stage.CREATED);
        var more = memo.path("more") instanceof ObjectNode object ? object : JsonText.object();
        return new Wish(operation, memo.path("bytes").asBoolean(), first, more);
    }
}

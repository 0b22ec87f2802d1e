package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.worker.provider.VendorCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;

/**
 * What a client asked for, as far as reading the replies needs it; travels with the first call as its memo.
 *
 * @param bytes whether results are wanted as bytes, not as addresses
 * @param first what the reply to the first call answers
 * @param more what the adapter needs beside it
 */
public record Wish(Operation operation, boolean bytes, Stage first, ObjectNode more) {
    private static final String LENGTH = "length";
    /** What most vendors make when nobody says how long. */
    private static final long USUAL_LENGTH_MILLIS = 5_000;

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
        var more = JsonText.object().put("characters", Units.characters(task.text()));
        long millis = lengthMillis(task.parameters());
        return new Wish(task.operation(), bytes, Stage.CREATED, millis < 0 ? more : more.put(LENGTH, millis));
    }

    /** How long a video is to be, by whatever name the request says it; -1 when it does not. */
    private static long lengthMillis(Parameters parameters) {
        var input = parameters.peek("input");
        var nodes = new ArrayList<JsonNode>();
        nodes.add(parameters.peek("seconds"));
        nodes.add(parameters.peek("duration"));
        if (input != null) {
            nodes.add(input.path("duration"));
            nodes.add(input.path("input").path("duration"));
            nodes.add(input.path("parameters").path("duration"));
        }
        return nodes.stream()
                .filter(Objects::nonNull)
                .mapToLong(node -> JsonText.millis(
                        node.isTextual() ? JsonText.word(node.asText().replaceFirst("s$", "")) : node))
                .filter(millis -> millis > 0)
                .findFirst()
                .orElse(-1);
    }

    /** Length that was asked for; that of most vendors' videos when it was not. */
    long lengthMillis() {
        return more.path(LENGTH).asLong(USUAL_LENGTH_MILLIS);
    }

    /** Characters of the text that was given. */
    long characters() {
        return more.path("characters").asLong();
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

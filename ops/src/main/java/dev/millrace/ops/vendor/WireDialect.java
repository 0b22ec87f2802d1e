package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one vendor's API looks on the wire: its requests as a chat-completions request, and a chat-completions reply as its own.
 *
 * <p>Stateless and thread-safe; a {@link Stream} is not.
 */
interface WireDialect {
    /**
     * The request as the scripted vendor reads it: {@code model}, {@code messages}, {@code tools}, {@code stream}, {@code local}.
     *
     * @param model from the path, where the API has it there; null when it stands in the body
     * @param streaming whether the path asks for a stream; null when the body says
     */
    ObjectNode script(JsonNode request, @Nullable String model, @Nullable Boolean streaming);

    /** A reply that is not streamed. */
    String whole(JsonNode completion);

    /**
     * A streamed reply, chunk by chunk.
     *
     * @param usageAsked whether the client asked for the usage; for those dialects that tell it on request only
     */
    Stream stream(boolean usageAsked);

    /** Whether the usage is a frame of its own, for those who ask. */
    default boolean usageIsOwnFrame() {
        return false;
    }

    /** Content type of a stream. */
    default String streamType() {
        return "text/event-stream";
    }

    /** An error body. */
    ObjectNode error(int status, String message);

    /** A failure in mid-stream. */
    default String errorFrame(String message) {
        return Nodes.data(error(500, message));
    }

    /** Frames of one streamed reply. */
    interface Stream {
        /** Frames that one chat-completions chunk becomes. */
        List<String> chunk(JsonNode chunk);

        /** Frames after the last chunk. */
        List<String> done();
    }
}

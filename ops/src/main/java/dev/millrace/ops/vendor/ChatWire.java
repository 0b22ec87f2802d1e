package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI chat completions: the scripted vendor's own words.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat">Chat Completions</a>
 */
final class ChatWire implements WireDialect {
    @Override
    public ObjectNode script(JsonNode request, @Nullable String model, @Nullable Boolean streaming) {
        return request.deepCopy();
    }

    @Override
    public String whole(JsonNode completion) {
        return completion.toString();
    }

    @Override
    public Stream stream(boolean usageAsked) {
        return new Stream() {
            @Override
            public List<String> chunk(JsonNode chunk) {
                boolean usageOnly =
                        chunk.hasNonNull("usage") && chunk.path("choices").isEmpty();
                return usageOnly && !usageAsked ? List.of() : List.of(Nodes.data(chunk));
            }

            @Override
            public List<String> done() {
                return List.of("data: [DONE]\n\n");
            }
        };
    }

    @Override
    public boolean usageIsOwnFrame() {
        return true;
    }

    @Override
    public ObjectNode error(int status, String message) {
        var body = Nodes.object();
        body.putObject("error").put("message", message).put("code", Integer.toString(status));
        return body;
    }
}

package dev.millrace.egress.responses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.TokenLogprob;
import java.util.List;

/** JSON of records. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** JSON from a record; text when it is none. */
    static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.textNode(json);
        }
    }

    static ArrayNode logprobs(List<TokenLogprob> tokens) {
        var array = JsonNodeFactory.instance.arrayNode();
        for (var token : tokens) {
            var node = logprob(token);
            var top = node.putArray("top_logprobs");
            token.getTop().forEach(alternative -> top.add(logprob(alternative)));
            array.add(node);
        }
        return array;
    }

    private static ObjectNode logprob(TokenLogprob token) {
        var node = JsonNodeFactory.instance
                .objectNode()
                .put("token", token.getToken())
                .put("logprob", token.getLogprob());
        var bytes = node.putArray("bytes");
        if (token.getBytes() != null) {
            var data = token.getBytes().duplicate();
            while (data.hasRemaining()) {
                bytes.add(data.get() & 0xff);
            }
        }
        return node;
    }
}

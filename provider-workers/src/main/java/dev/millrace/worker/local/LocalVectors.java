package dev.millrace.worker.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Vectors of length one, seeded by their input: the same text always has the same, and no two are near. */
final class LocalVectors {
    private static final int DEFAULT_DIMENSIONS = 64;
    private static final int MAX_DIMENSIONS = 4096;

    private LocalVectors() {}

    static ObjectNode answer(JsonNode request) {
        var inputs = inputs(request.path("input"));
        int dimensions = Math.clamp(request.path("dimensions").asInt(DEFAULT_DIMENSIONS), 1, MAX_DIMENSIONS);
        var body = JsonNodeFactory.instance.objectNode().put("object", "list");
        var data = body.putArray("data");
        long tokens = 0;
        for (int i = 0; i < inputs.size(); i++) {
            tokens += Math.max(1, Words.count(inputs.get(i)));
            var item = data.addObject().put("object", "embedding").put("index", i);
            item.set("embedding", vector(inputs.get(i), dimensions));
        }
        body.put("model", request.path("model").asText());
        body.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        return body;
    }

    /** Token ids stand for themselves. */
    private static List<String> inputs(JsonNode input) {
        var inputs = new ArrayList<String>();
        if (input.isArray() && !input.path(0).isNumber()) {
            input.forEach(item -> inputs.add(item.isTextual() ? item.textValue() : item.toString()));
        } else {
            inputs.add(input.isTextual() ? input.textValue() : input.toString());
        }
        return inputs;
    }

    private static ArrayNode vector(String input, int dimensions) {
        var random = new SplittableRandom(
                new LocalBody(JsonNodeFactory.instance.objectNode(), ByteBuffer.allocate(0)).seed(input));
        var values = new double[dimensions];
        double square = 0;
        for (int i = 0; i < dimensions; i++) {
            values[i] = random.nextGaussian();
            square += values[i] * values[i];
        }
        var vector = JsonNodeFactory.instance.arrayNode(dimensions);
        for (double value : values) {
            vector.add((float) (value / Math.sqrt(square)));
        }
        return vector;
    }
}

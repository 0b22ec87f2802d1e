package dev.millrace.egress.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.reply.Reply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/**
 * Vectors as OpenAI lists them, one per input; in base64 they are little-endian floats.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/embeddings/create">Create embeddings</a>
 */
public record EmbeddingList(String requestedModel, boolean base64) implements WholeFormat {
    @Override
    public Body body(Reply reply, InferenceResult last, long createdAtMillis) {
        var body = TaskJson.object().put("object", "list");
        var data = body.putArray("data");
        for (var choice : reply.choices()) {
            choice.vectors().forEach(vector -> put(data.addObject(), choice.index(), vector));
        }
        body.put("model", TaskJson.model(last, requestedModel));
        body.set("usage", TaskJson.promptUsage(TaskJson.usage(last)));
        return Body.json(body);
    }

    private void put(ObjectNode node, int index, float[] vector) {
        node.put("object", "embedding").put("index", index);
        if (base64) {
            var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(vector);
            node.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
            return;
        }
        var values = node.putArray("embedding");
        for (float value : vector) {
            values.add(value);
        }
    }

    @Override
    public int maxBytes() {
        return 64 << 20;
    }
}

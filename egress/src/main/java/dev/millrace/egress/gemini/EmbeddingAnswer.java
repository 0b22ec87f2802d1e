package dev.millrace.egress.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.reply.Reply;

/**
 * Vectors in the order of their inputs.
 *
 * @see <a href="https://ai.google.dev/api/embeddings">Embeddings</a>
 */
record EmbeddingAnswer(boolean batch) implements WholeFormat {
    @Override
    public ErrorFormat errors() {
        return GeminiAnswers.errors();
    }

    @Override
    public Body body(Reply reply, InferenceResult last, long createdAtMillis) {
        var body = ContentJson.object();
        for (var choice : reply.choices()) {
            for (var vector : choice.vectors()) {
                values(batch ? body.withArrayProperty("embeddings").addObject() : embedding(body), vector);
            }
        }
        var usage = last.getTerminal().getUsage();
        if (usage != null && usage.getInputTokens() >= 0) {
            body.putObject("usageMetadata").put("promptTokenCount", usage.getInputTokens());
        }
        return Body.json(body);
    }

    private static ObjectNode embedding(ObjectNode body) {
        return body.withObjectProperty("embedding");
    }

    private static void values(ObjectNode into, float[] vector) {
        var values = into.putArray("values");
        for (float value : vector) {
            values.add(value);
        }
    }
}

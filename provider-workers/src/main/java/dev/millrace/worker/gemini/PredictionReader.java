package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.Usage;
import dev.millrace.avro.VectorDelta;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the single object that answers an embedding or a {@code :predict} call: vectors, or images by value.
 *
 * @see <a href="https://ai.google.dev/api/embeddings">Embeddings</a>
 * @see <a href="https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api">Imagen</a>
 */
final class PredictionReader implements ReplyReader {
    private final Extras extras;
    private List<Delta> deltas = new ArrayList<>();
    private @Nullable Usage usage;
    private long tokens = -1;
    private int images;
    private boolean complete;

    PredictionReader(int maxExtraChars) {
        this.extras = new Extras(maxExtraChars, Set.of("embeddings", "embedding", "predictions", "usageMetadata"));
    }

    @Override
    public @Nullable String read(JsonNode object) {
        if (!object.isObject()) {
            return "not an object";
        }
        extras.read(object);
        var malformed = content(object);
        usage = usage(object.path("usageMetadata"));
        return malformed;
    }

    private @Nullable String content(JsonNode object) {
        if (object.has("embedding")) {
            return vector(0, object.path("embedding").path("values")) ? null : "embedding.values";
        }
        var name = object.has("embeddings") ? "embeddings" : "predictions";
        var list = object.path(name);
        if (!list.isArray()) {
            return name;
        }
        complete = true;
        for (int i = 0; i < list.size(); i++) {
            if (!item(i, list.path(i))) {
                return name + "[" + i + "]";
            }
        }
        return null;
    }

    private boolean item(int index, JsonNode item) {
        if (item.has("values")) {
            return vector(index, item.path("values"));
        }
        if (item.has("embeddings")) {
            tokens = Math.max(0, tokens)
                    + item.path("embeddings")
                            .path("statistics")
                            .path("token_count")
                            .asLong();
            return vector(index, item.path("embeddings").path("values"));
        }
        if (item.has("raiFilteredReason")) {
            var finish = new FinishDelta(
                    FinishReason.CONTENT_FILTER, item.path("raiFilteredReason").asText());
            deltas.add(new Delta(index, finish, Map.of()));
            return true;
        }
        return item.has("bytesBase64Encoded") ? image(item) : item.isObject();
    }

    private boolean vector(int index, JsonNode values) {
        if (!values.isArray()) {
            return false;
        }
        complete = true;
        var floats = new ArrayList<Float>(values.size());
        values.forEach(value -> floats.add((float) value.asDouble()));
        deltas.add(new Delta(index, new VectorDelta(floats), Map.of()));
        return true;
    }

    private boolean image(JsonNode item) {
        try {
            var bytes =
                    Base64.getDecoder().decode(item.path("bytesBase64Encoded").asText());
            var type = item.path("mimeType").asText("image/png");
            var media = new MediaDelta(MediaTypes.kind(type), type, ByteBuffer.wrap(bytes), null, null, true);
            var prompt = item.path("prompt");
            var beside = prompt.isTextual() ? Map.of("revised_prompt", prompt.toString()) : Map.<String, String>of();
            deltas.add(new Delta(images++, media, beside));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Images are counted; texts are counted by the vendor where it says so at all. */
    private @Nullable Usage usage(JsonNode metadata) {
        if (images > 0) {
            return Usage.newBuilder().setUnits(Map.of("images", (long) images)).build();
        }
        if (tokens >= 0) {
            return Usage.newBuilder().setInputTokens(tokens).setOutputTokens(0).build();
        }
        return UsageReader.of(metadata, 0);
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public List<Delta> take() {
        var taken = deltas;
        deltas = new ArrayList<>();
        return taken;
    }

    @Override
    public @Nullable Usage usage() {
        return usage;
    }

    @Override
    public Map<String, String> vendor() {
        return extras.values();
    }
}

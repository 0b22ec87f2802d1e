package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.VectorDelta;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads vectors: as numbers, or as base64 of little-endian 32-bit floats or of bytes, one per dimension.
 *
 * <p>Vectors come in the order of their inputs. A list without one of them is malformed: nobody could tell which is missing.
 */
final class EmbeddingReader extends TaskReader {
    private static final int MAX_VECTORS = 100_000;

    private final Packing packing;
    private boolean complete;

    /** What stands in a vector that is text. */
    enum Packing {
        FLOATS,
        SIGNED_BYTES,
        UNSIGNED_BYTES
    }

    EmbeddingReader(int maxExtraBytes, Packing packing) {
        super(maxExtraBytes, Set.of("data", "embedding", "embeddings"));
        this.packing = packing;
    }

    @Override
    @Nullable
    String readContent(JsonNode reply) {
        if (reply.path("embedding").isArray()) {
            return readVector(0, reply.path("embedding")) ? done() : "embedding";
        }
        boolean bare = reply.path("embeddings").isArray();
        var list = bare ? reply.path("embeddings") : reply.path("data");
        if (!list.isArray() || list.isEmpty() || list.size() > MAX_VECTORS) {
            return "data";
        }
        var seen = new boolean[list.size()];
        for (int i = 0; i < list.size(); i++) {
            int index = bare ? i : list.path(i).path("index").asInt(i);
            if (index < 0 || index >= seen.length || seen[index]) {
                return "data[" + i + "].index";
            }
            seen[index] = true;
            if (!readVector(index, bare ? list.path(i) : list.path(i).path("embedding"))) {
                return "data[" + i + "].embedding";
            }
        }
        return done();
    }

    private @Nullable String done() {
        complete = true;
        return null;
    }

    private boolean readVector(int index, JsonNode vector) {
        var values = vector.isTextual() ? unpacked(vector.asText()) : numbers(vector);
        if (values == null || values.isEmpty()) {
            return false;
        }
        add(index, new VectorDelta(values));
        return true;
    }

    private static @Nullable List<Float> numbers(JsonNode vector) {
        if (!vector.isArray()) {
            return null;
        }
        var values = new ArrayList<Float>(vector.size());
        for (var value : vector) {
            if (!value.isNumber()) {
                return null;
            }
            values.add(value.floatValue());
        }
        return values;
    }

    private @Nullable List<Float> unpacked(String base64) {
        var bytes = MediaReader.decoded(base64);
        if (bytes == null || (packing == Packing.FLOATS && bytes.remaining() % Float.BYTES != 0)) {
            return null;
        }
        return packing == Packing.FLOATS ? floats(bytes) : bytes(bytes, packing == Packing.UNSIGNED_BYTES);
    }

    private static List<Float> floats(ByteBuffer bytes) {
        var floats = bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        var values = new ArrayList<Float>(floats.remaining());
        while (floats.hasRemaining()) {
            values.add(floats.get());
        }
        return values;
    }

    private static List<Float> bytes(ByteBuffer bytes, boolean unsigned) {
        var values = new ArrayList<Float>(bytes.remaining());
        while (bytes.hasRemaining()) {
            byte value = bytes.get();
            values.add((float) (unsigned ? Byte.toUnsignedInt(value) : value));
        }
        return values;
    }

    @Override
    public boolean complete() {
        return complete;
    }
}

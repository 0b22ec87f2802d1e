package dev.millrace.worker.onnx;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The lines of a reply: one per vector, values as little-endian floats in base64, then one with the usage; or one with an error. */
final class NativeReply {
    private static final ObjectMapper JSON = new ObjectMapper();

    private NativeReply() {}

    static ByteBuffer vector(int index, float[] values) {
        var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        var text = Base64.getEncoder().encodeToString(bytes.array());
        return line("{\"index\":" + index + ",\"embedding\":\"" + text + "\"}");
    }

    static ByteBuffer usage(long tokens) {
        return line("{\"tokens\":" + tokens + "}");
    }

    static ByteBuffer error(String message) {
        return line(JSON.createObjectNode().put("error", message).toString());
    }

    private static ByteBuffer line(String json) {
        return ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8));
    }
}

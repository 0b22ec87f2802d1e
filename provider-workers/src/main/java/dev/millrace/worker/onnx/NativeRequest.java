package dev.millrace.worker.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.worker.provider.VendorCall;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What is asked of a model in this process.
 *
 * @param query whether the texts are to find others, which some models want to know
 * @param truncate whether a text that is too long is cut at its end rather than refused
 */
record NativeRequest(String model, List<String> input, boolean query, boolean truncate) {
    private static final ObjectMapper JSON = new ObjectMapper();

    NativeRequest {
        input = List.copyOf(input);
    }

    VendorCall call() {
        var bytes = JSON.valueToTree(this).toString().getBytes(StandardCharsets.UTF_8);
        return new VendorCall("POST", "/embeddings", Map.of(), ByteBuffer.wrap(bytes), true);
    }

    static NativeRequest of(VendorCall call) {
        try {
            return JSON.readValue(call.bodyText(), NativeRequest.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a request of this adapter", e);
        }
    }
}

package dev.millrace.worker.bedrock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.anthropic.MessageReader;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Malformed;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what InvokeModel answers for Anthropic's models: events of the Messages API, each in base64 inside an event {@code chunk}. */
final class InvokedMessage implements ReplyReader {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private final MessageReader message;
    private @Nullable String requestId;

    InvokedMessage(DecoderLimits limits) {
        this.message = new MessageReader(limits);
    }

    @Override
    public void requestId(String id) {
        requestId = id;
    }

    @Override
    public @Nullable VendorResult event(String type, JsonNode payload) {
        if (!type.equals("chunk")) {
            return null;
        }
        try {
            JsonNode event = JSON.readTree(
                    Base64.getDecoder().decode(payload.path("bytes").asText()));
            return message.event(event);
        } catch (IllegalArgumentException | JsonProcessingException e) {
            return new Malformed("a chunk is no event");
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    @Override
    public VendorResult whole(JsonNode body) {
        return message.whole(body);
    }

    @Override
    public List<Delta> take() {
        return message.take();
    }

    @Override
    public @Nullable Usage usage() {
        return message.usage();
    }

    @Override
    public Map<String, String> vendor() {
        var vendor = new HashMap<>(message.vendor());
        if (requestId != null) {
            vendor.put("request_id", "\"" + requestId + "\"");
        }
        return vendor;
    }
}

package dev.millrace.worker.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Operation;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Embeddings in this process. Parameters: {@code input_type} ({@code query} or {@code document}), {@code truncate} ({@code NONE}, the
 * default: a text that is too long is refused; {@code END}: it is cut), {@code dimensions} (384, which is what the models give),
 * {@code encoding_format} and {@code user}, which change nothing here. Any other is refused.
 */
public final class NativeAdapter implements ProviderAdapter {
    private static final int MAX_TEXTS = 2048;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DecoderLimits limits;

    public NativeAdapter(DecoderLimits limits) {
        this.limits = limits;
    }

    @Override
    public Rendering render(AttemptOrder order, int attempt) {
        var request = order.getRequest();
        if (request.getOperation() != Operation.EMBEDDING || !(request.getInput() instanceof TaskInput task)) {
            return new Inexpressible("operation", "models in this process make embeddings only");
        }
        var texts = new ArrayList<String>();
        for (int i = 0; i < task.getParts().size(); i++) {
            if (!(task.getParts().get(i).getContent() instanceof TextPart text)) {
                return new Inexpressible("parts[" + i + "]", "models in this process read text only");
            }
            texts.add(text.getText());
        }
        var refused = firstRefused(task.getParameters());
        if (refused != null) {
            return refused;
        }
        if (texts.isEmpty() || texts.size() > MAX_TEXTS) {
            return new Inexpressible("parts", "must be 1 to " + MAX_TEXTS + " texts, got " + texts.size());
        }
        boolean query = word(task.getParameters(), "input_type").equals("query");
        boolean truncate = word(task.getParameters(), "truncate").equalsIgnoreCase("END");
        return new Rendered(new NativeRequest(order.getVendorModel(), texts, query, truncate).call());
    }

    private static @Nullable Inexpressible firstRefused(Map<String, String> parameters) {
        for (var parameter : parameters.entrySet()) {
            var name = parameter.getKey();
            var value = value(parameter.getValue());
            var problem = switch (name) {
                case "encoding_format", "user" -> null;
                case "dimensions" ->
                    value.isNull() || value.asInt() == EmbeddingModel.DIMENSIONS
                            ? null
                            : "vectors have " + EmbeddingModel.DIMENSIONS + " dimensions and cannot be cut";
                case "input_type" -> oneOf(value, "query", "document");
                case "truncate" -> oneOf(value, "none", "end");
                case "input_tokens" -> "token ids belong to another model's vocabulary: send text";
                default -> "is not known to models in this process";
            };
            if (problem != null) {
                return new Inexpressible("parameters." + name, name + ": " + problem);
            }
        }
        return null;
    }

    private static @Nullable String oneOf(JsonNode value, String one, String other) {
        boolean known = value.isNull()
                || value.asText().equalsIgnoreCase(one)
                || value.asText().equalsIgnoreCase(other);
        return known ? null : "must be " + one + " or " + other;
    }

    private static String word(Map<String, String> parameters, String name) {
        return value(parameters.getOrDefault(name, "null")).asText();
    }

    private static JsonNode value(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return JSON.nullNode();
        }
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        return new NativeReplyDecoder(limits);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return new CredentialScheme.Keyless();
    }
}

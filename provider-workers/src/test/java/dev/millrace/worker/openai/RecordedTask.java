package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.worker.provider.Recording;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a recorded request that is not a chat into an order, by the conventions that the normalized request documents. */
final class RecordedTask {
    /** Members that become parts, or stand elsewhere in an order. */
    private static final Set<String> READ =
            Set.of("model", "input", "prompt", "text", "query", "documents", "images", "image", "stream", "language");

    private RecordedTask() {}

    static Operation operation(String api) {
        return switch (api) {
            case "embeddings" -> Operation.EMBEDDING;
            case "images" -> Operation.IMAGE;
            case "image-edit" -> Operation.IMAGE_EDIT;
            case "speech" -> Operation.SPEECH;
            case "transcription" -> Operation.TRANSCRIPTION;
            case "moderation" -> Operation.MODERATION;
            case "rerank" -> Operation.RERANK;
            case "completions" -> Operation.COMPLETION;
            case "video" -> Operation.VIDEO;
            default -> throw new IllegalArgumentException(api);
        };
    }

    static AttemptOrder order(Recording recording) {
        var request = recording.request();
        return order(recording.vendor(), operation(recording.api()), request);
    }

    static AttemptOrder order(String vendor, Operation operation, @Nullable JsonNode body) {
        var parts = new ArrayList<Part>();
        var parameters = new HashMap<String, String>();
        boolean stream = false;
        var model = "model";
        if (body != null && body.has("_multipart")) {
            for (var field : body.path("_multipart")) {
                var name = field.path("name").asText();
                switch (name) {
                    case "model" -> model = field.path("value").asText();
                    case "stream" -> stream = true;
                    case "file" -> parts.add(file(field));
                    default -> parameters.put(name, json(field.path("value")));
                }
            }
        } else if (body != null) {
            model = body.path("model").asText("model");
            stream = body.path("stream").asBoolean();
            parts(body, parts);
            read(vendor, operation, body, parameters);
        }
        return order(vendor, model, operation, parts, parameters, stream);
    }

    static AttemptOrder order(
            String vendor,
            String model,
            Operation operation,
            List<Part> parts,
            Map<String, String> parameters,
            boolean stream) {
        return AttemptOrder.newBuilder()
                .setProvider(vendor)
                .setModel(vendor + "/" + model)
                .setVendorModel(model)
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .setRequest(InferenceRequest.newBuilder()
                        .setAccount("acme")
                        .setModel(vendor + "/" + model)
                        .setOperation(operation)
                        .setDelivery(new Delivery(stream, false, false, OnDisconnect.FINISH))
                        .setInput(new TaskInput(parts, parameters))
                        .build())
                .build();
    }

    /** A form says everything in text; the order says what is meant. */
    private static String json(JsonNode value) {
        return value.asText().equals("true") ? "true" : value.toString();
    }

    private static Part part(Object content) {
        return Part.newBuilder().setContent(content).build();
    }

    private static Part file(JsonNode field) {
        return part(MediaPart.newBuilder()
                .setKind(MediaKind.AUDIO)
                .setMimeType(field.path("content_type").asText())
                .setFileName(field.path("filename").asText())
                .setData(ByteBuffer.wrap(new byte[] {'R', 'I', 'F', 'F'}))
                .build());
    }

    private static void parts(JsonNode body, List<Part> parts) {
        for (var name : List.of("input", "prompt", "text", "query", "documents")) {
            var value = body.path(name);
            if (value.isTextual()) {
                parts.add(part(new TextPart(value.asText())));
            }
            value.forEach(element -> parts.add(part(new TextPart(element.asText()))));
        }
        for (var image : body.path("images")) {
            var url = image.has("url") ? image.path("url") : image.path("image_url");
            parts.add(part(MediaPart.newBuilder()
                    .setKind(MediaKind.IMAGE)
                    .setUrl(url.asText())
                    .build()));
        }
    }

    private static void read(String vendor, Operation operation, JsonNode body, Map<String, String> parameters) {
        var words = TaskContractTest.quirks(vendor).operation(operation).members();
        body.properties().forEach(member -> {
            if (!READ.contains(member.getKey())) {
                var name = words.entrySet().stream()
                        .filter(word -> word.getValue().equals(member.getKey()))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse(member.getKey());
                parameters.put(name, member.getValue().toString());
            }
        });
    }
}

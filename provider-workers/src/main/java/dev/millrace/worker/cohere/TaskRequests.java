package dev.millrace.worker.cohere;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.worker.provider.MultipartBody;
import dev.millrace.worker.provider.MultipartBody.Field;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.TaskReading;
import dev.millrace.worker.provider.VendorCall;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes requests for embeddings, reranking and transcription.
 *
 * @see <a href="https://docs.cohere.com/v2/reference/embed">Cohere, embed</a>
 * @see <a href="https://docs.cohere.com/v2/reference/rerank">Cohere, rerank</a>
 */
final class TaskRequests {
    private static final Map<String, String> EMBED_WORDS = Map.of(
            "dimensions", "output_dimension",
            "truncate", "truncate",
            "max_tokens", "max_tokens",
            "input_type", "",
            "encoding_format", "",
            "user", "");

    /** Documents come back from what was asked, whatever the vendor repeats. */
    private static final Map<String, String> RERANK_WORDS = Map.of(
            "top_n", "top_n",
            "max_tokens_per_doc", "max_tokens_per_doc",
            "priority", "priority",
            "return_documents", "",
            "user", "");

    private static final Set<String> TRANSCRIPTION_WORDS = Set.of("language", "temperature");
    private static final Set<String> PLAIN_FORMATS = Set.of("json", "verbose_json", "text");

    private final Map<String, String> headers;

    TaskRequests(Map<String, String> headers) {
        this.headers = Map.copyOf(headers);
    }

    Rendering write(AttemptOrder order, TaskInput task) {
        return switch (order.getRequest().getOperation()) {
            case EMBEDDING -> embed(order, task);
            case RERANK -> rerank(order, task);
            case TRANSCRIPTION -> transcribe(order, task);
            default ->
                new Inexpressible(
                        "operation",
                        "operation " + order.getRequest().getOperation() + " is not spoken by this provider");
        };
    }

    private Rendering embed(AttemptOrder order, TaskInput task) {
        var body = JsonNodeFactory.instance.objectNode().put("model", order.getVendorModel());
        var word = TaskReading.parameter(task, "input_type");
        boolean media = TaskReading.hasMedia(task.getParts());
        body.put("input_type", inputType(word == null ? "" : word.asText(), media));
        body.putArray("embedding_types").add("float");
        for (var part : task.getParts()) {
            switch (part.getContent()) {
                case TextPart text
                when !media -> body.withArrayProperty("texts").add(text.getText());
                case TextPart text -> content(body).put("type", "text").put("text", text.getText());
                case MediaPart image
                when image.getKind() == MediaKind.IMAGE && !address(image).isEmpty() ->
                    content(body)
                            .put("type", "image_url")
                            .putObject("image_url")
                            .put("url", address(image));
                default -> {
                    return new Inexpressible("parts", "parts: Cohere embeds texts and images");
                }
            }
        }
        return task.getParts().isEmpty()
                ? new Inexpressible("parts", "parts: there must be one")
                : json("/embed", task, EMBED_WORDS, body);
    }

    private static ObjectNode content(ObjectNode body) {
        return body.withArrayProperty("inputs").addObject().putArray("content").addObject();
    }

    private static String address(MediaPart image) {
        if (image.getUrl() != null) {
            return image.getUrl();
        }
        return image.getData() == null ? "" : ConversationWriter.dataUrl(image.getMimeType(), image.getData());
    }

    private static String inputType(String word, boolean media) {
        return switch (word) {
            case "query" -> "search_query";
            case "" -> media ? "image" : "search_document";
            case "document" -> "search_document";
            default -> word;
        };
    }

    private Rendering rerank(AttemptOrder order, TaskInput task) {
        var ranking = TaskReading.ranking(task);
        if (ranking == null) {
            return new Inexpressible("parts", "parts: must be a query and at least one document, all of them text");
        }
        var body = JsonNodeFactory.instance.objectNode().put("model", order.getVendorModel());
        body.put("query", ranking.query());
        ranking.documents().forEach(body.putArray("documents")::add);
        return json("/rerank", task, RERANK_WORDS, body);
    }

    private Rendering json(String path, TaskInput task, Map<String, String> words, ObjectNode body) {
        var unknown = TaskReading.passOn(task, words, body);
        if (unknown != null) {
            return new Inexpressible("parameters." + unknown, "parameters." + unknown + ": Cohere has no word for it");
        }
        return new Rendered(call(path, "application/json", body.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private VendorCall call(String path, String contentType, byte[] body) {
        var all = new HashMap<>(headers);
        all.put("Content-Type", contentType);
        all.put("Accept", "application/json");
        return new VendorCall("POST", path, all, ByteBuffer.wrap(body), false);
    }

    private Rendering transcribe(AttemptOrder order, TaskInput task) {
        var fields = new ArrayList<Field>();
        fields.add(new Field.Text("model", order.getVendorModel()));
        for (var name : task.getParameters().keySet()) {
            var value = TaskReading.parameter(task, name);
            boolean plain = name.equals("response_format") && value != null && PLAIN_FORMATS.contains(value.asText());
            if (TRANSCRIPTION_WORDS.contains(name) && value != null) {
                fields.add(new Field.Text(name, value.asText()));
            } else if (value != null && !plain) {
                return new Inexpressible("parameters." + name, "parameters." + name + ": Cohere has no word for it");
            }
        }
        var audio = audio(task.getParts());
        if (audio == null) {
            return new Inexpressible("parts", "parts: must be one recording, by value");
        }
        fields.add(audio);
        var form = MultipartBody.of(fields);
        var bytes = new byte[form.bytes().remaining()];
        form.bytes().duplicate().get(bytes);
        return new Rendered(call("/audio/transcriptions", form.contentType(), bytes));
    }

    private static Field.@Nullable File audio(List<Part> parts) {
        if (parts.size() != 1
                || !(parts.getFirst().getContent() instanceof MediaPart media)
                || media.getKind() != MediaKind.AUDIO
                || media.getData() == null) {
            return null;
        }
        var type = media.getMimeType().isEmpty() ? "application/octet-stream" : media.getMimeType();
        var name = media.getFileName() != null ? media.getFileName() : "audio." + ending(type);
        return new Field.File("file", name, type, media.getData());
    }

    private static String ending(String mimeType) {
        var subtype = mimeType.substring(mimeType.indexOf('/') + 1);
        return switch (subtype) {
            case "mpeg" -> "mp3";
            case "x-wav", "wave", "vnd.wave" -> "wav";
            case "x-m4a", "mp4" -> "m4a";
            default -> subtype;
        };
    }
}

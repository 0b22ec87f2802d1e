package dev.millrace.worker.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.Usage;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.worker.openai.ErrorReader;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what the events of a stream, or the one object of a whole reply, say. */
final class ResponseReader {
    private final OutputReader output = new OutputReader();
    private final ResponseExtras extras;
    private @Nullable Usage usage;

    ResponseReader(int maxExtraBytes) {
        this.extras = new ResponseExtras(maxExtraBytes);
    }

    /** Reads the next event; returns how the call ended, or null while it goes on. */
    @Nullable
    VendorResult event(JsonNode event) {
        var response = event.path("response");
        return switch (event.path("type").asText()) {
            case "response.created", "response.queued", "response.in_progress" -> {
                extras.read(response);
                yield null;
            }
            case "response.completed",
                    "response.incomplete",
                    "response.failed",
                    "response.cancelled",
                    "response.done" ->
                response.isObject() ? terminal(response, event.path("type").asText()) : new Malformed("response");
            default -> {
                var malformed = output.event(event);
                yield malformed == null ? null : new Malformed(malformed);
            }
        };
    }

    /** Reads a whole reply. */
    VendorResult whole(JsonNode response) {
        if (!response.path("output").isArray()) {
            return new Malformed("output");
        }
        return terminal(response, "response");
    }

    private VendorResult terminal(JsonNode response, String type) {
        extras.read(response);
        var items = response.path("output");
        var malformed = items.isArray() ? output.remaining(items) : null;
        if (malformed != null) {
            return new Malformed(malformed);
        }
        var counted = ResponsesUsage.of(response, output.searches());
        usage = counted == null ? usage : counted;
        var status = response.path("status").asText(word(type));
        return switch (status) {
            case "completed" ->
                finished(output.anyCall() ? FinishReason.TOOL_CALLS : FinishReason.STOP, "completed", Map.of());
            case "incomplete" -> incomplete(response);
            case "failed", "cancelled" -> failed(response, status);
            default -> new Malformed("status '" + status + "' in the last event");
        };
    }

    private static String word(String type) {
        return switch (type) {
            case "response.incomplete" -> "incomplete";
            case "response.failed" -> "failed";
            case "response.cancelled" -> "cancelled";
            default -> "completed";
        };
    }

    private VendorResult incomplete(JsonNode response) {
        var reason = response.path("incomplete_details").path("reason").asText("incomplete");
        return finished(
                switch (reason) {
                    case "max_output_tokens", "max_tokens", "length" -> FinishReason.LENGTH;
                    case "content_filter" -> FinishReason.CONTENT_FILTER;
                    default -> FinishReason.OTHER;
                },
                reason,
                Map.of(ResponsesMarks.STATUS, "\"incomplete\""));
    }

    private VendorResult finished(FinishReason reason, String word, Map<String, String> marks) {
        output.add(new Delta(0, new FinishDelta(reason, word), marks));
        return new Finished(usage, extras.values());
    }

    private static VendorResult failed(JsonNode response, String status) {
        if (response.path("error").isObject()) {
            var read = ErrorReader.classify(0, response, "", null);
            return read instanceof Unavailable(var error, var _) && isAboutInput(error.code())
                    ? new Refused(error)
                    : read;
        }
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.putObject("error").put("code", status).put("message", "the vendor's response " + status);
        return ErrorReader.classify(0, error, "", null);
    }

    /** Codes such as {@code invalid_image_format} and {@code image_too_large}: the same request fails again. */
    private static boolean isAboutInput(@Nullable String code) {
        return code != null && (code.startsWith("invalid_") || code.contains("image"));
    }

    List<Delta> take() {
        return output.take();
    }

    @Nullable
    Usage usage() {
        return usage;
    }

    Map<String, String> vendor() {
        return extras.values();
    }
}

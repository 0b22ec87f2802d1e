package dev.millrace.worker.minimax;

import static dev.millrace.worker.media.JsonText.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Usage;
import dev.millrace.worker.media.JobStep;
import dev.millrace.worker.media.JsonText;
import dev.millrace.worker.media.Produced;
import dev.millrace.worker.media.Stage;
import dev.millrace.worker.media.Units;
import dev.millrace.worker.media.VendorFailures;
import dev.millrace.worker.media.Wish;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorError;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads replies of MiniMax's own endpoints.
 *
 * @see <a href="https://platform.minimax.io/docs/api-reference/errorcode">Error codes</a>
 */
final class MiniMaxOutput {
    private static final String DIALECT = "minimax";

    private MiniMaxOutput() {}

    static JobStep read(Stage stage, JsonNode reply, ObjectNode job, Wish wish, Function<String, VendorCall> files) {
        var failure = failure(reply);
        return failure != null
                ? failure
                : switch (stage) {
                    case CREATED, UPLOADED -> created(reply, wish);
                    case POLLED -> polled(reply, job, files);
                    case FETCHED -> fetched(reply, job, wish);
                };
    }

    /** The failure a reply holds; null when it holds none. */
    static JobStep.@Nullable Failed failure(JsonNode reply) {
        var code = reply.path("base_resp").path("status_code");
        return code.isNumber() && code.asInt() != 0 ? failed(code.asInt(), reply.path("base_resp")) : null;
    }

    /** The vendor's own codes, as statuses of HTTP mean the same. */
    private static JobStep.Failed failed(int code, JsonNode said) {
        var words = said.path("status_msg").asText("the provider answered with code " + code);
        int status = switch (code) {
            case 1002, 1039, 1041, 2045, 2056 -> 429;
            case 1004, 2049 -> 401;
            case 1008 -> 402;
            case 1026, 1027, 1042, 1043, 1044, 2013, 20132, 2037, 2039, 2048 -> 400;
            default -> 500;
        };
        return new JobStep.Failed(
                VendorFailures.of(status, new VendorError(status, String.valueOf(code), words), null));
    }

    private static JobStep created(JsonNode reply, Wish wish) {
        var task = reply.path("task_id");
        if (!task.asText("").isEmpty()) {
            return new JobStep.Working(object().put("task_id", task.asText()), "Queueing", -1);
        }
        var data = reply.path("data");
        if (data.path("audio").isTextual()) {
            return audio(reply, wish);
        }
        return data.has("image_urls") || data.has("image_base64")
                ? images(reply, wish)
                : JobStep.malformed("a reply without task_id, data.audio, or images");
    }

    private static JobStep audio(JsonNode reply, Wish wish) {
        var extra = reply.path("extra_info");
        var text = reply.path("data").path("audio").asText();
        var usage = speechUsage(extra);
        var vendor = trace(reply);
        if (Produced.addresses(reply.path("data").path("audio"), MediaKind.AUDIO)
                        .size()
                == 1) {
            return new JobStep.Done(List.of(), List.of(Produced.of(MediaKind.AUDIO, text)), usage, vendor);
        }
        try {
            var bytes = ByteBuffer.wrap(HexFormat.of().parseHex(text));
            var type = mimeType(extra.path("audio_format").asText("mp3"));
            var content = new ArrayList<Delta>();
            content.add(new Delta(0, new MediaDelta(MediaKind.AUDIO, type, bytes, null, null, true), Map.of()));
            if (wish.raw() && reply.deepCopy() instanceof ObjectNode rest) {
                rest.withObjectProperty("data").remove("audio");
                content.add(JobStep.raw(DIALECT, rest));
            }
            return new JobStep.Done(content, List.of(), usage, vendor);
        } catch (IllegalArgumentException e) {
            return JobStep.malformed("data.audio is not hexadecimal");
        }
    }

    /** Characters and length; the vendor counts milliseconds. */
    static Usage speechUsage(JsonNode extra) {
        var units = new TreeMap<String, Long>();
        long characters = JsonText.count(extra.path("usage_characters"));
        if (characters >= 0) {
            units.put("characters", characters);
        }
        return Units.of(
                units, JsonText.count(extra.path("audio_length")), characters < 0, extra.isObject() ? extra : null);
    }

    static String mimeType(String format) {
        return switch (format) {
            case "mp3" -> "audio/mpeg";
            default -> "audio/" + format;
        };
    }

    private static JobStep images(JsonNode reply, Wish wish) {
        var data = reply.path("data");
        var media = new ArrayList<Produced>(Produced.addresses(data.path("image_urls"), MediaKind.IMAGE));
        for (var image : data.path("image_base64")) {
            media.add(
                    new Produced(MediaKind.IMAGE, "image/jpeg", "data:image/jpeg;base64," + image.asText(), Map.of()));
        }
        var usage = Units.made(wish, media, -1, null);
        if (wish.raw() && data.has("image_urls")) {
            return new JobStep.Done(List.of(JobStep.raw(DIALECT, reply)), List.of(), usage, trace(reply));
        }
        return media.isEmpty()
                ? JobStep.refused("no_image", "the provider made no image: all of them were blocked")
                : new JobStep.Done(List.of(), media, usage, trace(reply));
    }

    private static JobStep polled(JsonNode reply, ObjectNode job, Function<String, VendorCall> files) {
        var status = reply.path("status").asText("");
        return switch (status) {
            case "Preparing", "Queueing", "Processing" -> new JobStep.Working(job, status, -1);
            case "Success" -> {
                var file = reply.path("file_id").asText("");
                yield file.isEmpty()
                        ? JobStep.malformed("a successful task without file_id")
                        : new JobStep.Call(files.apply(file), Stage.FETCHED, job);
            }
            case "Fail" -> JobStep.failed(status, "the task failed at the provider");
            default -> JobStep.malformed("a task with status '" + status + "'");
        };
    }

    private static JobStep fetched(JsonNode reply, ObjectNode job, Wish wish) {
        var url = JsonText.text(reply.path("file").path("download_url"));
        var media = url == null ? List.<Produced>of() : List.of(Produced.of(MediaKind.VIDEO, url));
        var usage = Units.made(wish, media, -1, null);
        var vendor = Map.of("task_id", job.path("task_id").toString());
        if (wish.raw()) {
            return new JobStep.Done(List.of(JobStep.raw(DIALECT, reply)), List.of(), usage, vendor);
        }
        return media.isEmpty()
                ? JobStep.malformed("a file without download_url")
                : new JobStep.Done(List.of(), media, usage, vendor);
    }

    static Map<String, String> trace(JsonNode reply) {
        var vendor = new TreeMap<String, String>();
        for (var name : List.of("trace_id", "id", "metadata")) {
            if (reply.hasNonNull(name)) {
                vendor.put(name, reply.path(name).toString());
            }
        }
        return vendor;
    }
}

package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import java.util.Map;

/**
 * Writes orders for videos.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/video">Video with Veo</a>
 */
final class VideoRequestWriter {
    private record Frame(String ratio, String resolution) {}

    private static final Map<String, Frame> SIZES = Map.of(
            "1280x720", new Frame("16:9", "720p"),
            "720x1280", new Frame("9:16", "720p"),
            "1920x1080", new Frame("16:9", "1080p"),
            "1080x1920", new Frame("9:16", "1080p"));

    private final boolean open;
    private final Problems problems;

    VideoRequestWriter(boolean open, Problems problems) {
        this.open = open;
        this.problems = problems;
    }

    ObjectNode write(TaskInput task) {
        var body = JsonNodeFactory.instance.objectNode();
        var instance = body.putArray("instances").addObject();
        for (int i = 0; i < task.getParts().size(); i++) {
            var part = task.getParts().get(i);
            var param = "parts[" + i + "]";
            switch (part.getContent()) {
                case TextPart text -> instance.put("prompt", text.getText());
                case MediaPart media -> media(media, part, instance, param);
                default -> problems.add(param, "cannot stand in an order for a video");
            }
        }
        var rest = JsonNodeFactory.instance.objectNode();
        parameters(new Parameters(task, problems), rest);
        if (!rest.isEmpty()) {
            body.set("parameters", rest);
        }
        return body;
    }

    private void parameters(Parameters parameters, ObjectNode into) {
        var seconds = parameters.take("seconds", "duration", "durationSeconds");
        if (!seconds.isMissingNode()) {
            into.put("durationSeconds", seconds.asInt());
        }
        var size = parameters.take("size").asText("");
        var frame = SIZES.get(size);
        if (frame != null) {
            into.put("aspectRatio", frame.ratio()).put("resolution", frame.resolution());
        } else if (!size.isEmpty()) {
            problems.add("parameters.size", "this provider takes the sizes " + String.join(", ", SIZES.keySet()));
        }
        parameters.takeOnly("n", "1");
        copy(parameters, into, "aspectRatio", "aspect_ratio");
        copy(parameters, into, "resolution", "resolution");
        copy(parameters, into, "negativePrompt", "negative_prompt");
        copy(parameters, into, "seed", "seed");
        copy(parameters, into, "personGeneration", "person_generation");
        copy(parameters, into, "generateAudio", "generate_audio");
        parameters.rest(open, into);
    }

    private static void copy(Parameters parameters, ObjectNode into, String name, String common) {
        var value = parameters.take(common, name);
        if (!value.isMissingNode()) {
            into.set(name, value);
        }
    }

    private void media(MediaPart media, Part part, ObjectNode instance, String param) {
        var role = part.getExtensions().getOrDefault("role", "\"first_frame\"").replace("\"", "");
        var node = JsonNodeFactory.instance.objectNode();
        if (media.getData() != null) {
            node.put("bytesBase64Encoded", PartWriter.base64(media.getData()));
        } else if (media.getUrl() != null && media.getUrl().startsWith("gs://")) {
            node.put("gcsUri", media.getUrl());
        } else if (media.getUrl() != null && media.getKind() == MediaKind.VIDEO) {
            node.put("uri", media.getUrl());
        } else {
            problems.add(param, "this provider takes pictures by value, or from a bucket of Google's");
            return;
        }
        node.put("mimeType", MediaTypes.of(media));
        switch (role) {
            case "first_frame" -> instance.set(media.getKind() == MediaKind.VIDEO ? "video" : "image", node);
            case "video" -> instance.set("video", node);
            case "last_frame" -> instance.set("lastFrame", node);
            case "reference" -> {
                var reference = instance.withArrayProperty("referenceImages").addObject();
                reference.put("referenceType", "asset").set("image", node);
            }
            default -> problems.add(param + ".extensions.role", "has no counterpart at this provider");
        }
    }
}

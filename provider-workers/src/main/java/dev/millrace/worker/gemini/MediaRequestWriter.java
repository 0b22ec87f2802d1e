package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import java.util.Map;
import java.util.Set;

/**
 * Writes requests for generated images, by {@code generateContent} or Imagen's {@code :predict}, and for speech.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/image-generation">Images with Gemini</a>
 * @see <a href="https://ai.google.dev/gemini-api/docs/speech-generation">Speech with Gemini</a>
 */
final class MediaRequestWriter {
    private static final String DEFAULT_VOICE = "Kore";

    /** OpenAI's sizes, by the aspect ratio they have. */
    private static final Map<String, String> RATIOS = Map.of(
            "1024x1024",
            "1:1",
            "512x512",
            "1:1",
            "256x256",
            "1:1",
            "2048x2048",
            "1:1",
            "1536x1024",
            "3:2",
            "1024x1536",
            "2:3",
            "1792x1024",
            "16:9",
            "1024x1792",
            "9:16");

    private static final Set<String> WORDS = Set.of("1K", "2K", "4K");

    private final boolean open;
    private final Problems problems;

    MediaRequestWriter(boolean open, Problems problems) {
        this.open = open;
        this.problems = problems;
    }

    /** Images from text, or from text and images, by a Gemini model. */
    ObjectNode image(TaskInput task) {
        var body = JsonNodeFactory.instance.objectNode();
        var content = body.putArray("contents").addObject().put("role", "user");
        var parts = content.putArray("parts");
        for (int i = 0; i < task.getParts().size(); i++) {
            var part = task.getParts().get(i);
            if (part.getExtensions().getOrDefault("role", "").equals("\"mask\"")) {
                problems.add("parts[" + i + "]", "this provider's image models take no mask");
            }
            switch (part.getContent()) {
                case TextPart text -> parts.addObject().put("text", text.getText());
                case MediaPart media -> {
                    var written = new PartWriter(open, problems).media(media, "parts[" + i + "]");
                    if (written != null) {
                        parts.add(written);
                    }
                }
                default -> problems.add("parts[" + i + "]", "cannot stand in a request for an image");
            }
        }
        var parameters = new Parameters(task, problems);
        var config = body.putObject("generationConfig");
        config.putArray("responseModalities").add("TEXT").add("IMAGE");
        var image = JsonNodeFactory.instance.objectNode();
        parameters.takeOnly("n", "1");
        ratio(parameters, image, "imageSize");
        output(parameters, image, "imageOutputOptions");
        parameters.takeOnly("quality", "auto", "standard");
        parameters.takeOnly("response_format", "b64_json", "url");
        parameters.rest(open, config);
        if (!image.isEmpty()) {
            config.withObjectProperty("imageConfig").setAll(image);
        }
        return body;
    }

    /** Images from text by an Imagen model. */
    ObjectNode imagen(TaskInput task) {
        var body = JsonNodeFactory.instance.objectNode();
        var instance = body.putArray("instances").addObject();
        instance.put("prompt", prompt(task));
        var rest = JsonNodeFactory.instance.objectNode();
        var parameters = new Parameters(task, problems);
        rest.put("sampleCount", parameters.take("n", "sampleCount").asInt(1));
        ratio(parameters, rest, "sampleImageSize");
        output(parameters, rest, "outputOptions");
        parameters.takeOnly("quality", "auto", "standard");
        parameters.takeOnly("response_format", "b64_json", "url");
        parameters.rest(open, rest);
        body.set("parameters", rest);
        return body;
    }

    /** Raw PCM speech; how it is said stands before the text, as this vendor wants it. */
    ObjectNode speech(TaskInput task) {
        var parameters = new Parameters(task, problems);
        var instructions = parameters.take("instructions").asText("");
        var text = prompt(task);
        var body = JsonNodeFactory.instance.objectNode();
        body.putArray("contents")
                .addObject()
                .put("role", "user")
                .putArray("parts")
                .addObject()
                .put("text", instructions.isEmpty() ? text : instructions + ": " + text);
        var config = body.putObject("generationConfig");
        config.putArray("responseModalities").add("AUDIO");
        parameters.takeOnly("response_format", "pcm");
        parameters.takeOnly("speed", "1", "1.0");
        parameters.takeOnly("stream_format", "audio", "sse");
        var voice = parameters.take("voice");
        parameters.rest(open, config);
        if (!config.has("speechConfig")) {
            Voices.set(config, voice.asText(DEFAULT_VOICE));
        }
        return body;
    }

    private String prompt(TaskInput task) {
        if (task.getParts().size() == 1 && task.getParts().getFirst().getContent() instanceof TextPart text) {
            return text.getText();
        }
        problems.add("parts", "must be one text");
        return "";
    }

    private void ratio(Parameters parameters, ObjectNode into, String sizeMember) {
        var ratio = parameters.take("aspect_ratio", "aspectRatio");
        if (ratio.isTextual()) {
            into.set("aspectRatio", ratio);
        }
        var size = parameters.take("size", "image_size", "imageSize").asText("auto");
        if (WORDS.contains(size)) {
            into.put(sizeMember, size);
        } else if (RATIOS.containsKey(size)) {
            into.put("aspectRatio", RATIOS.get(size));
        } else if (!size.equals("auto")) {
            problems.add(
                    "parameters.size",
                    "this provider takes 1K, 2K, 4K, or the sizes " + String.join(", ", RATIOS.keySet()));
        }
    }

    private static void output(Parameters parameters, ObjectNode into, String member) {
        var format = parameters.take("output_format").asText("");
        var compression = parameters.take("output_compression");
        if (!format.isEmpty()) {
            into.withObjectProperty(member).put("mimeType", "image/" + (format.equals("jpg") ? "jpeg" : format));
        }
        if (compression.isNumber()) {
            into.withObjectProperty(member).set("compressionQuality", compression);
        }
    }
}

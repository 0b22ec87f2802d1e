package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Part;
import dev.millrace.avro.TextPart;
import dev.millrace.worker.provider.RenderProblems;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the media that an operation works on: as files of a form where they are given by value and the vendor takes forms, else as addresses. */
final class TaskMediaWriter {
    private final TaskQuirks quirks;
    private final RenderProblems problems;
    private final TaskMembers body;

    /** A part, where it stands, and what for. */
    private record Medium(MediaPart media, String param, String role) {}

    TaskMediaWriter(TaskQuirks quirks, RenderProblems problems, TaskMembers body) {
        this.quirks = quirks;
        this.problems = problems;
        this.body = body;
    }

    private List<Medium> media(List<Part> parts, MediaKind... kinds) {
        var found = new ArrayList<Medium>();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).getContent() instanceof MediaPart media) {
                var param = "parts[" + i + "]";
                if (!List.of(kinds).contains(media.getKind())) {
                    problems.add(param, param + ": this operation takes no " + media.getKind());
                }
                var role = parts.get(i).getExtensions().getOrDefault("role", "").replace("\"", "");
                found.add(new Medium(media, param, role));
            }
        }
        return found;
    }

    /** A picture, or several, to be changed. */
    void edit(List<Part> parts, String prompt) {
        body.put("prompt", prompt);
        var images = media(parts, MediaKind.IMAGE);
        if (images.isEmpty()) {
            problems.add("parts", "parts: must hold an image to edit");
        }
        boolean form = quirks.editsByForm()
                && images.stream().allMatch(image -> image.media().getData() != null);
        long sources = images.stream().filter(image -> !isMask(image)).count();
        for (var image : images) {
            if (isMask(image) && quirks.typesImages()) {
                problems.add(image.param(), image.param() + ": this provider has no word for a mask");
            } else if (form) {
                body.file(isMask(image) ? "mask" : sources > 1 ? "image[]" : "image", image.media());
            }
        }
        if (!form) {
            references(images);
        }
    }

    private static boolean isMask(Medium image) {
        return image.role().equals("mask");
    }

    private void references(List<Medium> images) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (var image : images) {
            var reference = reference(image);
            if (reference != null && isMask(image)) {
                body.put("mask", reference);
            } else if (reference != null) {
                list.add(reference);
            }
        }
        body.put("images", list);
    }

    private @Nullable ObjectNode reference(Medium image) {
        var node = JsonNodeFactory.instance.objectNode();
        var url = address(image.media());
        if (quirks.typesImages()) {
            if (image.media().getFileId() != null) {
                return node.put("type", "image_url").put("url", image.media().getFileId());
            }
            return url == null ? missing(image) : node.put("type", "image_url").put("url", url);
        }
        if (image.media().getFileId() != null) {
            return node.put("file_id", image.media().getFileId());
        }
        return url == null ? missing(image) : node.put("image_url", url);
    }

    private @Nullable ObjectNode missing(Medium image) {
        problems.add(image.param(), image.param() + ": must have data, an address or a file id");
        return null;
    }

    /** A film from words, and perhaps from a picture. */
    void video(List<Part> parts, String prompt) {
        body.put("prompt", prompt);
        var media = media(parts, MediaKind.IMAGE, MediaKind.VIDEO);
        for (int i = 0; i < media.size(); i++) {
            var medium = media.get(i);
            var url = address(medium.media());
            boolean first = i == 0
                    && (medium.role().isEmpty()
                            || medium.role().equals("first_frame")
                            || medium.role().equals("reference"));
            if (!first || url == null || medium.media().getKind() == MediaKind.VIDEO) {
                problems.add(medium.param(), medium.param() + ": this provider takes one first image only");
            } else if (quirks.videoByImage()) {
                body.put("image", JsonNodeFactory.instance.objectNode().put("url", url));
            } else if (medium.media().getData() != null) {
                body.file("input_reference", medium.media());
            } else {
                body.put(
                        "input_reference", JsonNodeFactory.instance.objectNode().put("image_url", url));
            }
        }
    }

    /** Inputs of any kind, one vector each. */
    void inputs(List<Part> parts) {
        ArrayNode inputs = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < parts.size(); i++) {
            var content = JsonNodeFactory.instance.objectNode();
            var param = "parts[" + i + "]";
            switch (parts.get(i).getContent()) {
                case TextPart text -> content.put("type", "text").put("text", text.getText());
                case MediaPart media
                when media.getKind() == MediaKind.IMAGE && media.getUrl() != null ->
                    content.put("type", "image_url").put("image_url", media.getUrl());
                case MediaPart media
                when media.getKind() == MediaKind.IMAGE && media.getData() != null ->
                    content.put("type", "image_base64").put("image_base64", address(media));
                default -> problems.add(param, param + ": this provider embeds texts and images only");
            }
            inputs.addObject().putArray("content").add(content);
        }
        body.put("inputs", inputs);
    }

    /** A recording to be written down. */
    void recording(List<Part> parts) {
        var media = media(parts, MediaKind.AUDIO, MediaKind.VIDEO, MediaKind.OTHER);
        if (media.size() != 1) {
            problems.add("parts", "parts: must hold exactly one recording, got " + media.size());
            return;
        }
        var recording = media.getFirst();
        var member = quirks.transcriptionUrlMember();
        if (recording.media().getData() != null) {
            body.file("file", recording.media());
        } else if (recording.media().getUrl() != null && !member.isEmpty()) {
            body.put(member, recording.media().getUrl());
        } else {
            problems.add(recording.param(), recording.param() + ": this provider takes a recording by value only");
        }
    }

    /** An address, or the bytes as one. */
    private static @Nullable String address(MediaPart media) {
        if (media.getUrl() != null) {
            return media.getUrl();
        }
        ByteBuffer data = media.getData();
        if (data == null) {
            return null;
        }
        var bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        var type = media.getMimeType().isEmpty() ? "application/octet-stream" : media.getMimeType();
        return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
    }
}

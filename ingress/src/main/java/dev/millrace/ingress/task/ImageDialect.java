package dev.millrace.ingress.task;

import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.egress.delivery.AnswerFormats;
import dev.millrace.egress.task.ImageList;
import dev.millrace.egress.task.ImageStream;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import java.util.Map;

/**
 * Images from a text, or from a text and pictures: files {@code image} or {@code image[]} and {@code mask} of a form, members
 * {@code images} (or {@code image}) and {@code mask} of JSON.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/images">Images</a>
 */
public final class ImageDialect extends TaskDialect {
    private static final int MAX_IMAGES = 16;
    private static final Map<String, String> MASK = Map.of("role", "\"mask\"");

    private final Operation operation;

    private ImageDialect(StrictJson json, Operation operation) {
        super(json);
        this.operation = operation;
    }

    public static ImageDialect generations(StrictJson json) {
        return new ImageDialect(json, Operation.IMAGE);
    }

    public static ImageDialect edits(StrictJson json) {
        return new ImageDialect(json, Operation.IMAGE_EDIT);
    }

    @Override
    Call read(Task task) {
        task.text("prompt");
        if (operation == Operation.IMAGE_EDIT) {
            pictures(task);
        }
        boolean stream = task.stream();
        var wanted = task.body().peek("response_format");
        boolean asUrl = wanted != null && wanted.string(64).equals("url");
        var prefix = operation == Operation.IMAGE ? "image_generation" : "image_edit";
        AnswerFormats formats = stream ? _ -> new ImageStream(prefix, task.acceptRestart()) : _ -> new ImageList(asUrl);
        return task.call(operation, new Answer.Awaited(stream, false, formats));
    }

    private static void pictures(Task task) {
        var body = task.body();
        var files = task.uploads("image", "image[]", "images", "images[]");
        files.forEach(file -> task.add(file, MediaKind.IMAGE, Map.of()));
        var images = body.value("images");
        var image = images == null ? body.value("image") : images;
        int count = files.size();
        if (image != null && image.isArray()) {
            for (var one : image.array(MAX_IMAGES)) {
                task.add(Media.of(one, MediaKind.IMAGE), Map.of());
                count++;
            }
        } else if (image != null) {
            task.add(Media.of(image, MediaKind.IMAGE), Map.of());
            count++;
        }
        if (count == 0 || count > MAX_IMAGES) {
            throw Mistake.invalid(
                    "image", "Invalid 'image': must be 1 to " + MAX_IMAGES + " pictures, got " + count + ".");
        }
        task.upload("mask").ifPresent(mask -> task.add(mask, MediaKind.IMAGE, MASK));
        var mask = body.value("mask");
        if (mask != null) {
            task.add(Media.of(mask, MediaKind.IMAGE), MASK);
        }
    }
}

package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Operation;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order for anything but a conversation, read once: what to do, with which model, on what, and how. Remembers the first problem.
 * Not thread-safe.
 */
public final class TaskOrder {
    private final Operation operation;
    private final String model;
    private final boolean streaming;
    private final Parameters parameters;
    private final List<String> texts = new ArrayList<>();
    private final List<Medium> media = new ArrayList<>();

    TaskOrder(AttemptOrder order, TaskInput input) {
        operation = order.getRequest().getOperation();
        model = order.getVendorModel();
        streaming = order.getRequest().getDelivery().getStream();
        parameters = new Parameters(input.getParameters());
        for (int i = 0; i < input.getParts().size(); i++) {
            var part = input.getParts().get(i);
            var param = "parts[" + i + "]";
            switch (part.getContent()) {
                case TextPart text -> texts.add(text.getText());
                case MediaPart medium -> medium(medium, part.getExtensions().get("role"), param);
                default -> refuseAt(param, "cannot be part of this task");
            }
        }
    }

    private void medium(MediaPart part, @Nullable String role, String param) {
        if (part.getData() == null && part.getUrl() == null) {
            refuseAt(param, "must have data or an address; this provider knows no uploaded files");
        }
        var name = role == null ? null : JsonText.readOrNull(role);
        media.add(new Medium(part, name == null ? "" : name.asText(""), param));
    }

    public Operation operation() {
        return operation;
    }

    /** The vendor's own name of the model. */
    public String model() {
        return model;
    }

    /** Whether the client wants output while it is made. */
    public boolean streaming() {
        return streaming;
    }

    public Parameters parameters() {
        return parameters;
    }

    /** The prompt, or the words to speak: all texts, one per line. */
    public String text() {
        return String.join("\n", texts);
    }

    public List<Medium> media() {
        return List.copyOf(media);
    }

    /** The one thing to work on, of that kind; null, and a problem, when there is none or more than one. */
    public @Nullable Medium only(MediaKind kind) {
        if (media.size() != 1 || media.getFirst().part().getKind() != kind) {
            refuseAt("parts", "must hold exactly one of kind " + kind);
            return null;
        }
        return media.getFirst();
    }

    /** Refuses media where a task takes none. */
    public void noMedia() {
        if (!media.isEmpty()) {
            refuseAt(media.getFirst().param(), "cannot be given to this model of this provider");
        }
    }

    /** The body of a {@code run} call, sent to the vendor as it is; a problem when it is not an object. */
    public ObjectNode runInput() {
        var input = parameters.take("input");
        if (input instanceof ObjectNode object) {
            return object.deepCopy();
        }
        parameters.refuse("input", "must be the JSON object that the vendor's endpoint takes");
        return JsonText.object();
    }

    public void refuseAt(String param, String why) {
        parameters.refuseAt(param, why);
    }

    /** The first thing that cannot be said, what nobody took included. */
    @Nullable
    Inexpressible problem() {
        parameters.refuseRest();
        return parameters.problem();
    }
}

package dev.millrace.ingress.task;

import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.dialect.Content.Upload;
import dev.millrace.ingress.dialect.JsonDialect.Endpoint;
import dev.millrace.ingress.dialect.OpenBody;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.Mistake;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One request while it is read. Not thread-safe. */
final class Task {
    /** Name of the dialect of these requests in records. */
    static final String DIALECT = "openai";

    private static final int MAX_MODEL_CHARS = 256;

    private final OpenBody open;
    private final List<Upload> uploads;
    private final Endpoint endpoint;
    private final List<Part> parts = new ArrayList<>();
    private final String model;

    Task(OpenBody open, List<Upload> uploads, Endpoint endpoint) {
        this.open = open;
        this.uploads = new ArrayList<>(uploads);
        this.endpoint = endpoint;
        this.model = open.body().requiredString("model", MAX_MODEL_CHARS);
    }

    JsonObject body() {
        return open.body();
    }

    OpenBody open() {
        return open;
    }

    String model() {
        return model;
    }

    boolean acceptRestart() {
        return open.options().acceptRestart();
    }

    /** Whether the answer is to be streamed, by the member {@code stream}. */
    boolean stream() {
        var asked = body().bool("stream");
        return asked == null ? endpoint == Endpoint.JOBS : asked;
    }

    /** Takes a text that is required. */
    void text(String member) {
        add(new TextPart(body().requiredString(member, Integer.MAX_VALUE)), Map.of());
    }

    void add(Object content, Map<String, String> extensions) {
        parts.add(Part.newBuilder()
                .setContent(content)
                .setExtensions(new LinkedHashMap<>(extensions))
                .build());
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Takes all files of these names. */
    List<Upload> uploads(String... names) {
        var wanted = List.of(names);
        var taken = uploads.stream()
                .filter(upload -> wanted.contains(upload.name()))
                .toList();
        uploads.removeAll(taken);
        return taken;
    }

    /** Takes the only file of a name. */
    Optional<Upload> upload(String name) {
        var taken = uploads(name);
        if (taken.size() > 1) {
            throw Mistake.invalid(name, "Invalid '" + name + "': the form has this file twice.");
        }
        return taken.stream().findFirst();
    }

    void add(Upload upload, MediaKind kind, Map<String, String> extensions) {
        add(Media.of(upload, kind), extensions);
    }

    /** Everything that was not taken becomes a parameter. */
    Call call(Operation operation, Answer answer) {
        return call(operation, answer, Map.of());
    }

    /** As above, with further parameters. */
    Call call(Operation operation, Answer answer, Map<String, String> more) {
        for (var upload : uploads) {
            throw Mistake.invalid(upload.name(), "Unknown file: '" + upload.name() + "'.");
        }
        var parameters = new LinkedHashMap<>(body().rest());
        parameters.putAll(more);
        var input =
                TaskInput.newBuilder().setParts(parts).setParameters(parameters).build();
        return new Call(
                operation,
                DIALECT,
                model,
                input,
                answer,
                open.options(),
                open.options().metadata(),
                open.fingerprint());
    }
}

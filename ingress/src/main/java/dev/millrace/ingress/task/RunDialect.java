package dev.millrace.ingress.task;

import dev.millrace.avro.Operation;
import dev.millrace.avro.TaskInput;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.catalogue.Model;
import dev.millrace.egress.delivery.AnswerFormats;
import dev.millrace.egress.jobs.NativeAnswers;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.dialect.Dialect;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.dialect.JsonDialect;
import dev.millrace.ingress.dialect.JsonDialect.Endpoint;
import dev.millrace.ingress.dialect.OpenBody;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/run/<provider>/<model>}: the vendor's own body for a model that is run natively, else the body of the model's operation,
 * which the member {@code operation} names where there are several. {@code Accept} chooses the answer: JSON, events, or the bytes of the
 * first media item.
 */
public final class RunDialect implements Dialect {
    /** Before the model's name. */
    public static final String PREFIX = "/v1/run/";

    private static final String DIALECT = "native";
    private static final int MAX_MODEL_CHARS = 256;
    private static final List<String> BINARY = List.of("audio/", "image/", "video/", "application/octet-stream");

    private record Sign(Operation operation, String member) {}

    /** Which member of a body speaks for which operation; the first that fits counts. */
    private static final List<Sign> SIGNS = List.of(
            new Sign(Operation.CHAT, "messages"),
            new Sign(Operation.RERANK, "documents"),
            new Sign(Operation.TRANSCRIPTION, "file"),
            new Sign(Operation.IMAGE_EDIT, "image"),
            new Sign(Operation.IMAGE_EDIT, "images"),
            new Sign(Operation.VIDEO, "prompt"),
            new Sign(Operation.IMAGE, "prompt"),
            new Sign(Operation.COMPLETION, "prompt"),
            new Sign(Operation.SPEECH, "input"),
            new Sign(Operation.EMBEDDING, "input"),
            new Sign(Operation.MODERATION, "input"));

    private final StrictJson json;
    private final Supplier<Catalogue> catalogue;
    private final Map<String, JsonDialect> operations;

    /** @param operations dialects by the word of the operation */
    public RunDialect(StrictJson json, Supplier<Catalogue> catalogue, Map<String, JsonDialect> operations) {
        this.json = json;
        this.catalogue = catalogue;
        this.operations = Map.copyOf(operations);
    }

    @Override
    public Call read(Incoming request) {
        var name = model(request.path());
        var open = OpenBody.of(request, json, name);
        var known = catalogue.get().find(name).map(Model::operations).orElse(Set.of(Operation.RUN));
        var formats = formats(request.header("accept"));
        boolean stream = accepts(request.header("accept"), "text/event-stream");
        var operation = operation(open.body(), known);
        if (operation == Operation.RUN) {
            return run(open, name, new Answer.Awaited(stream, true, formats));
        }
        open.body().node().put("model", name).put("stream", stream);
        var dialect = operations.get(operation.name().toLowerCase(Locale.ROOT));
        if (dialect == null) {
            throw Mistake.invalid("operation", "The model '" + name + "' cannot be run here.");
        }
        return as(dialect.read(open, Endpoint.OWN), new Answer.Awaited(stream, stream, formats));
    }

    private static String model(String path) {
        var name = URLDecoder.decode(path.substring(PREFIX.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
        if (name.isEmpty() || name.length() > MAX_MODEL_CHARS || !name.contains("/")) {
            throw new Mistake(ErrorCode.NOT_FOUND, "The path must read /v1/run/<provider>/<model>.", null);
        }
        return name;
    }

    private static Operation operation(JsonObject body, Set<Operation> known) {
        var word = body.value("operation");
        if (word != null) {
            return known.stream()
                    .filter(operation -> operation.name().equalsIgnoreCase(text(word.string(64))))
                    .findFirst()
                    .orElseThrow(() -> word.invalid("this model does " + words(known)));
        }
        if (known.contains(Operation.RUN)) {
            return Operation.RUN;
        }
        return SIGNS.stream()
                .filter(sign -> known.contains(sign.operation()) && body.has(sign.member()))
                .map(Sign::operation)
                .findFirst()
                .or(() -> known.size() == 1 ? known.stream().findFirst() : Optional.empty())
                .orElseThrow(() ->
                        Mistake.invalid("operation", "Name the 'operation': this model does " + words(known) + "."));
    }

    private static String text(String word) {
        return word.replace('-', '_');
    }

    private static String words(Set<Operation> operations) {
        return String.join(
                ", ",
                operations.stream()
                        .map(operation -> operation.name().toLowerCase(Locale.ROOT))
                        .sorted()
                        .toList());
    }

    private static Call run(OpenBody open, String model, Answer answer) {
        var input = open.body().restJson();
        return new Call(
                Operation.RUN,
                DIALECT,
                model,
                TaskInput.newBuilder()
                        .setParameters(Map.of("input", input == null ? "{}" : input))
                        .build(),
                answer,
                open.options(),
                open.options().metadata(),
                open.fingerprint());
    }

    private static Call as(Call call, Answer answer) {
        return new Call(
                call.operation(),
                call.dialect(),
                call.model(),
                call.input(),
                answer,
                call.options(),
                call.metadata(),
                call.fingerprint());
    }

    private static AnswerFormats formats(@Nullable String accept) {
        if (accepts(accept, "text/event-stream")) {
            return NativeAnswers.events();
        }
        boolean binary =
                BINARY.stream().anyMatch(type -> accepts(accept, type)) && !accepts(accept, "application/json");
        return binary ? NativeAnswers.media() : NativeAnswers.whole();
    }

    private static boolean accepts(@Nullable String accept, String type) {
        return accept != null && accept.toLowerCase(Locale.ROOT).contains(type);
    }
}

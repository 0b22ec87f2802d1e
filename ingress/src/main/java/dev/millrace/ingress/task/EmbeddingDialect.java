package dev.millrace.ingress.task;

import dev.millrace.avro.MediaKind;
import dev.millrace.avro.Operation;
import dev.millrace.avro.TextPart;
import dev.millrace.egress.task.EmbeddingList;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.json.JsonValue;
import dev.millrace.ingress.json.StrictJson;
import java.util.List;
import java.util.Map;

/**
 * Embeddings: texts, token ids, or pictures as {@code {"type":"image_url",…}}. {@code encoding_format} is ours to answer in and does not
 * travel.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/embeddings/create">Create embeddings</a>
 */
public final class EmbeddingDialect extends TaskDialect {
    private static final int MAX_INPUTS = 2048;
    private static final int MAX_WORD_CHARS = 64;

    public EmbeddingDialect(StrictJson json) {
        super(json);
    }

    @Override
    Call read(Task task) {
        var body = task.body();
        var input = body.requiredValue("input");
        var encoding = body.value("encoding_format");
        var format = encoding == null ? "float" : encoding.string(MAX_WORD_CHARS);
        if (encoding != null && !format.equals("float") && !format.equals("base64")) {
            throw encoding.invalid("must be 'float' or 'base64'");
        }
        var tokens = inputs(task, input);
        var formats = new EmbeddingList(task.model(), format.equals("base64"));
        return task.call(Operation.EMBEDDING, new Answer.Awaited(false, false, _ -> formats), tokens);
    }

    /** Adds the inputs as parts, or gives them as a parameter where they are token ids. */
    private static Map<String, String> inputs(Task task, JsonValue input) {
        if (input.isString()) {
            task.add(new TextPart(input.nonEmptyString(Integer.MAX_VALUE)), Map.of());
            return Map.of();
        }
        var items = input.array(input.isArray() && isTokens(input) ? Integer.MAX_VALUE : MAX_INPUTS);
        if (items.isEmpty()) {
            throw input.invalid("must not be empty");
        }
        if (items.getFirst().isNumber()) {
            checkTokens(items);
            return Map.of("input_tokens", "[" + input.json() + "]");
        }
        if (items.getFirst().isArray()) {
            items.forEach(item -> checkTokens(item.array(Integer.MAX_VALUE)));
            return Map.of("input_tokens", input.json());
        }
        items.forEach(item -> add(task, item));
        return Map.of();
    }

    private static boolean isTokens(JsonValue input) {
        var items = input.array(Integer.MAX_VALUE);
        return !items.isEmpty() && items.getFirst().isNumber();
    }

    private static void checkTokens(List<JsonValue> tokens) {
        tokens.forEach(token -> token.integer(0, Integer.MAX_VALUE));
    }

    private static void add(Task task, JsonValue item) {
        if (item.isString()) {
            task.add(new TextPart(item.nonEmptyString(Integer.MAX_VALUE)), Map.of());
            return;
        }
        var object = item.object();
        var text = object.string("text", Integer.MAX_VALUE);
        if (text != null) {
            task.add(new TextPart(text), Map.of());
        } else {
            task.add(Media.of(item, MediaKind.IMAGE), Map.of());
        }
    }
}

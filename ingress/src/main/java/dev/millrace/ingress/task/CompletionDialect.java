package dev.millrace.ingress.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Operation;
import dev.millrace.avro.TextPart;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.egress.delivery.AnswerFormats;
import dev.millrace.egress.task.TextCompletion;
import dev.millrace.egress.task.TextCompletionStream;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.dialect.JsonDialect.Endpoint;
import dev.millrace.ingress.dialect.OpenBody;
import dev.millrace.ingress.json.JsonValue;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.ingress.openai.ChatDialect;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Text completions. A model that only chats gets the prompt as one user message; what a chat has no word for is then refused by name.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/completions/create">Create completion</a>
 */
public final class CompletionDialect extends TaskDialect {
    private static final int MAX_PROMPTS = 2048;
    private static final List<String> NO_CHAT = List.of("suffix", "echo", "best_of", "logprobs");

    private final StrictJson json;
    private final ChatDialect chat;
    private final Supplier<Catalogue> catalogue;

    public CompletionDialect(StrictJson json, ChatDialect chat, Supplier<Catalogue> catalogue) {
        super(json);
        this.json = json;
        this.chat = chat;
        this.catalogue = catalogue;
    }

    @Override
    Call read(Task task) {
        boolean completes = catalogue
                .get()
                .find(task.model())
                .map(model -> model.operations().contains(Operation.COMPLETION))
                .orElse(true);
        return completes ? complete(task) : chat(task);
    }

    private static Call complete(Task task) {
        boolean stream = task.stream();
        boolean usage = includeUsage(task);
        var answer = new Answer.Awaited(stream, usage, formats(task, stream, usage));
        var prompt = task.body().requiredValue("prompt");
        if (prompt.isString()) {
            task.add(new TextPart(prompt.string(Integer.MAX_VALUE)), Map.of());
            return task.call(Operation.COMPLETION, answer);
        }
        var items = prompt.array(Integer.MAX_VALUE);
        if (items.isEmpty()) {
            throw prompt.invalid("must not be empty");
        }
        if (items.getFirst().isString()) {
            prompt.array(MAX_PROMPTS).forEach(item -> task.add(new TextPart(item.string(Integer.MAX_VALUE)), Map.of()));
            return task.call(Operation.COMPLETION, answer);
        }
        var tokens = items.getFirst().isArray() ? prompt.json() : "[" + prompt.json() + "]";
        return task.call(Operation.COMPLETION, answer, Map.of("input_tokens", tokens));
    }

    private static boolean includeUsage(Task task) {
        var options = task.body().object("stream_options");
        var include = options == null ? null : options.bool("include_usage");
        return include != null && include;
    }

    private static AnswerFormats formats(Task task, boolean stream, boolean usage) {
        var model = task.model();
        boolean restart = task.acceptRestart();
        return stream
                ? job -> new TextCompletionStream(job, model, usage, restart)
                : job -> new TextCompletion(job, model);
    }

    private Call chat(Task task) {
        for (var name : NO_CHAT) {
            var value = task.body().peek(name);
            if (value != null) {
                throw value.invalid("this model only chats, and a chat has no word for it");
            }
        }
        var body = new OpenBody(
                json.object(asChat(task)), task.open().options(), task.open().fingerprint());
        var asked = chat.read(body, Endpoint.OWN);
        boolean stream = asked.answer().stream();
        boolean usage = asked.answer().includeUsage();
        return new Call(
                asked.operation(),
                asked.dialect(),
                asked.model(),
                asked.input(),
                new Answer.Awaited(stream, usage, formats(task, stream, usage)),
                asked.options(),
                asked.metadata(),
                asked.fingerprint());
    }

    private static ObjectNode asChat(Task task) {
        var prompt = task.body().requiredValue("prompt");
        var body = task.body().node().deepCopy();
        body.remove(List.of("prompt", "millrace", "operation"));
        var message = JsonNodeFactory.instance.objectNode().put("role", "user");
        body.putArray("messages").add(message.put("content", text(prompt)));
        return body;
    }

    private static String text(JsonValue prompt) {
        if (prompt.isString()) {
            return prompt.string(Integer.MAX_VALUE);
        }
        var items = prompt.array(MAX_PROMPTS);
        if (items.size() == 1 && items.getFirst().isString()) {
            return items.getFirst().string(Integer.MAX_VALUE);
        }
        throw Mistake.invalid("prompt", "Invalid 'prompt': this model only chats and takes one text.");
    }
}

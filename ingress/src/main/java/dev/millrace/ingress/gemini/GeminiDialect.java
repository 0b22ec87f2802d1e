package dev.millrace.ingress.gemini;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Operation;
import dev.millrace.egress.delivery.AnswerFormats;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.gemini.GeminiAnswers;
import dev.millrace.egress.gemini.GeminiAnswers.Framing;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.dialect.Dialect;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.dialect.OpenBody;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.tokens.TokenCount;
import java.util.HashMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads every request of the dialect; which one it is stands behind the colon of its path. Pure; thread-safe.
 *
 * @see <a href="https://ai.google.dev/api">Gemini API reference</a>
 */
public final class GeminiDialect implements Dialect {
    /** Name of this dialect in records. */
    public static final String NAME = "gemini";

    private static final int MAX_NAME_CHARS = 1024;

    private final StrictJson json;

    public GeminiDialect(BodyLimits limits) {
        this.json = new StrictJson(limits);
    }

    @Override
    public Call read(Incoming request) {
        var path = ModelPath.of(request.path());
        var alt = request.query("alt");
        var open = OpenBody.of(request, json, path.model(), path.verb(), alt == null ? "" : alt);
        CamelCase.apply(open.body().node());
        return switch (path.verb()) {
            case "generateContent" -> chat(open, path, false, GeminiAnswers.whole(path.model()));
            case "streamGenerateContent" -> {
                var framing = "sse".equals(alt) ? Framing.EVENTS : Framing.ARRAY;
                boolean restart = open.options().acceptRestart();
                yield chat(open, path, true, GeminiAnswers.stream(framing, restart, path.model()));
            }
            case "embedContent" -> embedding(open, path, false);
            case "batchEmbedContents" -> embedding(open, path, true);
            case "countTokens" -> count(open, path);
            default ->
                throw new Mistake(
                        ErrorCode.NOT_FOUND,
                        "no such method: '" + path.verb() + "'; known are generateContent, streamGenerateContent, "
                                + "embedContent, batchEmbedContents and countTokens",
                        null);
        };
    }

    private static Call chat(OpenBody open, ModelPath path, boolean stream, AnswerFormats formats) {
        return call(open, path, Operation.CHAT, chat(open.body()), new Answer.Awaited(stream, true, formats));
    }

    /** A conversation; {@code body} has its members in camel case. */
    static ChatInput chat(JsonObject body) {
        body.string("model", MAX_NAME_CHARS);
        var extensions = new HashMap<String, String>();
        var tools = ToolParser.tools(body);
        var chat = ChatInput.newBuilder()
                .setMessages(ContentParser.messages(body))
                .setTools(tools)
                .setToolChoice(ToolParser.choice(body, extensions));
        ConfigParser.read(body, chat, extensions);
        extensions.putAll(body.rest());
        return chat.setExtensions(extensions).build();
    }

    /** An estimate: the vendor's own tokenizer is not asked. */
    private static Call count(OpenBody open, ModelPath path) {
        var whole = open.body().object("generateContentRequest");
        var chat = chat(whole == null ? open.body() : whole);
        var answer = new Answer.Immediate(
                () -> Body.json(JsonNodeFactory.instance.objectNode().put("totalTokens", TokenCount.ofInput(chat))));
        return call(open, path, Operation.CHAT, chat, answer);
    }

    private static Call embedding(OpenBody open, ModelPath path, boolean batch) {
        var task = batch ? EmbeddingParser.batch(open.body()) : EmbeddingParser.one(open.body());
        var answer = new Answer.Awaited(false, true, GeminiAnswers.embeddings(batch));
        return call(open, path, Operation.EMBEDDING, task, answer);
    }

    private static Call call(OpenBody open, ModelPath path, Operation operation, SpecificRecord input, Answer answer) {
        var options = open.options();
        return new Call(operation, NAME, path.model(), input, answer, options, options.metadata(), open.fingerprint());
    }
}

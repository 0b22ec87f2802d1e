package dev.millrace.ingress.anthropic;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Message;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Sampling;
import dev.millrace.egress.anthropic.MessagesAnswer;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.dialect.Dialect;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.dialect.OpenBody;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a Messages request. Pure; thread-safe. */
public final class MessagesDialect implements Dialect {
    /** Name of this dialect in records. */
    public static final String NAME = "anthropic-messages";

    static final int MAX_MODEL_CHARS = 256;

    /** Before it streams had another grammar. */
    private static final String FIRST_VERSION = "2023-06-01";

    private static final Pattern VERSION = Pattern.compile("20[0-9]{2}-[01][0-9]-[0-3][0-9]");
    private static final int MAX_STOPS = 8192;
    private static final int MAX_STOP_CHARS = 1024;
    private static final int MAX_USER_CHARS = 256;
    private static final int MAX_BETA_CHARS = 2048;

    private final StrictJson json;

    public MessagesDialect(BodyLimits limits) {
        this.json = new StrictJson(limits);
    }

    @Override
    public Call read(Incoming request) {
        var version = request.header("anthropic-version");
        if (version != null && (!VERSION.matcher(version).matches() || version.compareTo(FIRST_VERSION) < 0)) {
            throw Mistake.invalid(
                    "anthropic-version",
                    "The header 'anthropic-version' must be a date, '" + FIRST_VERSION + "' or later.");
        }
        var betas = betas(request.header("anthropic-beta"));
        var open = OpenBody.of(request, json, betas);
        var body = open.body();
        var model = body.requiredString("model", MAX_MODEL_CHARS);
        var stream = body.bool("stream");
        boolean streamed = stream != null && stream;
        var metadata = new LinkedHashMap<String, String>(open.options().metadata());
        if (!betas.isEmpty()) {
            metadata.put("anthropic-beta", betas);
        }
        userId(body, metadata);
        var sampling = sampling(body);
        var formats = new MessagesAnswer(streamed, open.options().acceptRestart(), model).formats();
        return new Call(
                Operation.CHAT,
                NAME,
                model,
                input(body, sampling),
                new Answer.Awaited(streamed, true, formats),
                open.options(),
                metadata,
                open.fingerprint());
    }

    private static String betas(@Nullable String header) {
        if (header == null) {
            return "";
        }
        if (header.length() > MAX_BETA_CHARS) {
            throw Mistake.invalid(
                    "anthropic-beta", "The header 'anthropic-beta' has at most " + MAX_BETA_CHARS + " characters.");
        }
        return header.strip();
    }

    /** The conversation of a body that may stand in a count of tokens too; everything that is not taken here becomes an extension. */
    static ChatInput input(JsonObject body, @Nullable Sampling sampling) {
        var chat = ChatInput.newBuilder().setMessages(messages(body)).setSampling(sampling);
        ToolReader.read(body, chat);
        var beside = new LinkedHashMap<String, String>();
        OutputReader.read(body, chat, beside);
        beside.putAll(body.rest());
        return chat.setExtensions(beside).build();
    }

    private static List<Message> messages(JsonObject body) {
        var messages = new ArrayList<Message>();
        var system = body.value("system");
        if (system != null) {
            messages.add(Message.newBuilder()
                    .setRole("system")
                    .setParts(BlockReader.content(system))
                    .build());
        }
        var values = body.requiredValue("messages");
        for (var value : values.array()) {
            messages.add(message(value.object()));
        }
        if (messages.size() == (system == null ? 0 : 1)) {
            throw values.invalid("must hold at least one message");
        }
        return messages;
    }

    private static Message message(JsonObject message) {
        var role = message.requiredValue("role");
        return switch (role.string(MAX_MODEL_CHARS)) {
            case "user", "assistant", "system" ->
                Message.newBuilder()
                        .setRole(role.string(MAX_MODEL_CHARS))
                        .setParts(BlockReader.content(message.requiredValue("content")))
                        .setExtensions(message.rest())
                        .build();
            default -> throw role.invalid("must be 'user' or 'assistant'");
        };
    }

    private static Sampling sampling(JsonObject body) {
        body.requiredValue("max_tokens");
        return Sampling.newBuilder()
                .setMaxOutputTokens(body.integer("max_tokens", 1, Integer.MAX_VALUE))
                .setTemperature(body.number("temperature", 0, 1))
                .setTopP(body.number("top_p", 0, 1))
                .setTopK(body.integer("top_k", 0, 1_000_000))
                .setStop(body.strings("stop_sequences", MAX_STOPS, MAX_STOP_CHARS))
                .build();
    }

    /** A user's id goes to the job's metadata; an object that says anything else stays in the body as it is. */
    private static void userId(JsonObject body, Map<String, String> metadata) {
        var value = body.peek("metadata");
        if (value == null) {
            return;
        }
        var object = value.object();
        var user = object.string("user_id", MAX_USER_CHARS);
        if (object.rest().isEmpty()) {
            body.value("metadata");
            if (user != null) {
                metadata.put("user_id", user);
            }
        }
    }
}

package dev.millrace.ingress.responses;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Message;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.avro.Operation;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.Sampling;
import dev.millrace.dialect.ResponsesMarks;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.responses.ResponseEcho;
import dev.millrace.egress.responses.ResponsesOptions;
import dev.millrace.egress.responses.ResponsesStream;
import dev.millrace.egress.responses.WholeResponse;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.dialect.Dialect;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.dialect.OpenBody;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.ingress.options.CallOptions;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request of {@code POST /v1/responses}. Pure; thread-safe.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses/create">OpenAI, create a response</a>
 */
public final class ResponsesDialect implements Dialect {
    private static final int MAX_CHARS = 256;
    private static final int MAX_TEXT_CHARS = Integer.MAX_VALUE;
    private static final int MAX_METADATA = 16;
    private static final int MAX_METADATA_NAME_CHARS = 64;
    private static final int MAX_METADATA_CHARS = 512;

    /**
     * Members that ask nothing of a vendor that has never heard of them: who is asking, where to cache, what to hand out besides. They
     * travel as marks; every other member without a common word is refused by a vendor of another dialect.
     */
    private static final List<String> HINTS = List.of(
            "store",
            "include",
            "user",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "metadata",
            "background",
            "previous_response_id");

    private final StrictJson json;
    private final Earlier earlier;

    /** What a request refers to of responses that came before; resolved beforehand, because reading a request does not wait. */
    public record Earlier(List<Message> conversation, Map<String, String> items) {
        public static final Earlier NONE = new Earlier(List.of(), Map.of());

        public Earlier {
            conversation = List.copyOf(conversation);
            items = Map.copyOf(items);
        }
    }

    public ResponsesDialect(StrictJson json) {
        this(json, Earlier.NONE);
    }

    private ResponsesDialect(StrictJson json, Earlier earlier) {
        this.json = json;
        this.earlier = earlier;
    }

    /** The same dialect for one request that goes on where an earlier response ended. */
    public ResponsesDialect after(Earlier resolved) {
        return new ResponsesDialect(json, resolved);
    }

    /** The messages that a response's items stand for. */
    public List<Message> messages(String outputArray) {
        var body = json.object(("{\"output\":" + outputArray + "}").getBytes(StandardCharsets.UTF_8));
        var parser = new InputParser();
        body.array("output").forEach(item -> parser.item(item.object()));
        return parser.messages();
    }

    @Override
    public Call read(Incoming request) {
        var open = OpenBody.of(request, json);
        var body = open.body();
        var model = body.requiredString("model", MAX_CHARS);
        var stream = Boolean.TRUE.equals(body.bool("stream"));
        var background = Boolean.TRUE.equals(
                body.peek("background") == null ? null : body.peek("background").bool());
        refuse(body);
        var metadata = new LinkedHashMap<>(metadata(body));
        var input = input(body);
        var options = background ? kept(open.options()) : open.options();
        var echo = ResponseEcho.of(input, metadata);
        metadata.putAll(options.metadata());
        var told = new ResponsesOptions(model, echo, options.acceptRestart());
        return new Call(
                Operation.CHAT,
                ResponsesMarks.DIALECT,
                model,
                input,
                answer(told, stream, background),
                options,
                metadata,
                open.fingerprint());
    }

    private static Answer answer(ResponsesOptions options, boolean stream, boolean background) {
        if (background && !stream) {
            return new Answer.Detached(true, job -> Body.json(new WholeResponse(job, options).now("queued")));
        }
        return new Answer.Awaited(
                stream, true, job -> stream ? new ResponsesStream(job, options, -1) : new WholeResponse(job, options));
    }

    /** A job in the background outlives its submitter's connection. */
    private static CallOptions kept(CallOptions options) {
        return options.onDisconnect() != OnDisconnect.ACCOUNT_DEFAULT
                ? options
                : new CallOptions(
                        options.fallbacks(),
                        options.firstTokenTimeoutMillis(),
                        options.totalTimeoutMillis(),
                        options.maxAttempts(),
                        options.acceptRestart(),
                        OnDisconnect.FINISH,
                        options.metadata(),
                        options.priority(),
                        options.lane(),
                        options.deadlineAtMillis());
    }

    private static void refuse(JsonObject body) {
        for (var name : List.of("conversation", "prompt")) {
            if (body.has(name)) {
                throw new Mistake(
                        ErrorCode.UNSUPPORTED_PARAMETER,
                        "Unsupported parameter: '" + name
                                + "' lives in the vendor's own store. Send the items in 'input',"
                                + " or go on from a response by 'previous_response_id'.",
                        name);
            }
        }
    }

    private static Map<String, String> metadata(JsonObject body) {
        var value = body.peek("metadata");
        return value == null
                ? Map.of()
                : value.object().stringMap(MAX_METADATA, MAX_METADATA_NAME_CHARS, MAX_METADATA_CHARS);
    }

    private ChatInput input(JsonObject body) {
        var built = ChatInput.newBuilder()
                .setMessages(messages(body))
                .setTools(ResponsesTools.tools(body))
                .setToolChoice(ResponsesTools.choice(body))
                .setParallelToolCalls(body.bool("parallel_tool_calls"))
                .setSampling(sampling(body))
                .setReasoning(reasoning(body));
        var extensions = new HashMap<String, String>();
        built.setOutputFormat(text(body, extensions));
        moot(body);
        body.value("stream_options"); // obfuscation is the one option there is, and we pad nothing
        for (var name : HINTS) {
            var value = body.value(name);
            if (value != null) {
                extensions.put(ResponsesMarks.PREFIX + name, value.json());
            }
        }
        body.rest().forEach((name, value) -> {
            if (!value.equals("null")) {
                extensions.put(name, value);
            }
        });
        return built.setExtensions(extensions).build();
    }

    /** What says only what is the case anyway asks nothing of other vendors. */
    private static void moot(JsonObject body) {
        for (var usual : List.of(Map.entry("truncation", "disabled"), Map.entry("service_tier", "auto"))) {
            var value = body.peek(usual.getKey());
            if (value != null && value.isString() && value.string(MAX_CHARS).equals(usual.getValue())) {
                body.value(usual.getKey());
            }
        }
    }

    private List<Message> messages(JsonObject body) {
        var parser = new InputParser();
        var instructions = body.value("instructions");
        if (instructions != null) {
            parser.instructions(instructions.string(MAX_TEXT_CHARS));
        }
        parser.add(earlier.conversation());
        var input = body.value("input");
        if (input == null) {
            if (earlier.conversation().isEmpty()) {
                throw Mistake.invalid("input", "Missing required parameter: 'input'.");
            }
        } else if (input.isArray()) {
            input.array().forEach(item -> item(parser, item.object()));
        } else {
            parser.input(input);
        }
        var messages = parser.messages();
        if (messages.isEmpty()) {
            throw Mistake.invalid("input", "Invalid 'input': must hold at least one item.");
        }
        return messages;
    }

    private void item(InputParser parser, JsonObject item) {
        var reference = item.peek("type");
        if (reference != null
                && reference.isString()
                && reference.string(MAX_CHARS).equals("item_reference")) {
            var found = earlier.items().get(item.requiredString("id", MAX_TEXT_CHARS));
            if (found != null) {
                parser.item(json.object(found.getBytes(StandardCharsets.UTF_8)));
                return;
            }
        }
        parser.item(item);
    }

    private static @Nullable Sampling sampling(JsonObject body) {
        boolean none = List.of("temperature", "top_p", "max_output_tokens", "top_logprobs").stream()
                .noneMatch(body::has);
        var sampling = Sampling.newBuilder()
                .setTemperature(body.number("temperature", 0, 2))
                .setTopP(body.number("top_p", 0, 1))
                .setMaxOutputTokens(body.integer("max_output_tokens", 1, Integer.MAX_VALUE))
                .setTopLogprobs(body.integer("top_logprobs", 0, 20))
                .build();
        return none ? null : sampling;
    }

    private static @Nullable Reasoning reasoning(JsonObject body) {
        var reasoning = body.object("reasoning");
        if (reasoning == null) {
            return null;
        }
        var built = Reasoning.newBuilder()
                .setEffort(reasoning.string("effort", MAX_CHARS))
                .setSummary(reasoning.string("summary", MAX_CHARS));
        var rest = new HashMap<>(reasoning.rest());
        rest.values().removeIf("null"::equals);
        boolean none = built.getEffort() == null && built.getSummary() == null && rest.isEmpty();
        return none ? null : built.setExtensions(rest).build();
    }

    /** The format; what else {@code text} says, which is how long the answer may be, is a hint. */
    private static @Nullable OutputFormat text(JsonObject body, Map<String, String> extensions) {
        var text = body.object("text");
        if (text == null) {
            return null;
        }
        var format = text.object("format");
        var rest = text.restJson();
        if (rest != null) {
            extensions.put(ResponsesMarks.PREFIX + "text", rest);
        }
        return format == null ? null : format(format);
    }

    private static OutputFormat format(JsonObject format) {
        var type = format.requiredString("type", MAX_CHARS);
        return switch (type) {
            case "text" ->
                OutputFormat.newBuilder()
                        .setKind(OutputKind.TEXT)
                        .setExtensions(format.rest())
                        .build();
            case "json_object" ->
                OutputFormat.newBuilder()
                        .setKind(OutputKind.JSON_OBJECT)
                        .setExtensions(format.rest())
                        .build();
            case "json_schema" -> {
                var schema = format.object("schema");
                var built = OutputFormat.newBuilder()
                        .setKind(OutputKind.JSON_SCHEMA)
                        .setName(format.requiredString("name", MAX_CHARS))
                        .setDescription(format.string("description", MAX_TEXT_CHARS))
                        .setSchema$(schema == null ? null : schema.node().toString())
                        .setStrict(format.bool("strict"));
                yield built.setExtensions(format.rest()).build();
            }
            default ->
                OutputFormat.newBuilder()
                        .setKind(OutputKind.OTHER)
                        .setName(type)
                        .setExtensions(format.all())
                        .build();
        };
    }
}

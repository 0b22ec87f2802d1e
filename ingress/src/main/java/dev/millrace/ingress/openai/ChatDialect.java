package dev.millrace.ingress.openai;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Message;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Reasoning;
import dev.millrace.egress.openai.ChatOptions;
import dev.millrace.ingress.dialect.Answer;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.dialect.JsonDialect;
import dev.millrace.ingress.dialect.OpenBody;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.ingress.options.CallOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a Chat Completions request. Pure; thread-safe. */
public final class ChatDialect implements JsonDialect {
    /** Name of this dialect in records. */
    public static final String NAME = "openai-chat";

    private static final int MAX_MODEL_CHARS = 256;
    private static final int MAX_MODALITIES = 8;
    private static final int MAX_WORD_CHARS = 64;

    private final StrictJson json;

    public ChatDialect(BodyLimits limits) {
        this.json = new StrictJson(limits);
    }

    @Override
    public Call read(Incoming request) {
        return read(OpenBody.of(request, json), Endpoint.OWN);
    }

    @Override
    public Call read(OpenBody open, Endpoint endpoint) {
        var body = open.body();
        var options = open.options();
        var model = body.requiredString("model", MAX_MODEL_CHARS);
        var stream = body.bool("stream");
        boolean streamed = stream == null ? endpoint == Endpoint.JOBS : stream;
        boolean includeUsage = streamOptions(body, streamed);
        KnownExtensions.check(body);
        var metadata = metadata(body, options);
        var formats = new ChatOptions(streamed, includeUsage, options.acceptRestart(), model).formats();
        return new Call(
                Operation.CHAT,
                NAME,
                model,
                input(body),
                new Answer.Awaited(streamed, includeUsage, formats),
                options,
                metadata,
                open.fingerprint());
    }

    private static ChatInput input(JsonObject body) {
        var tools = ToolParser.tools(body);
        var effort = body.string("reasoning_effort", MAX_WORD_CHARS);
        return ChatInput.newBuilder()
                .setMessages(messages(body))
                .setTools(tools)
                .setToolChoice(ToolParser.choice(body, tools))
                .setParallelToolCalls(body.bool("parallel_tool_calls"))
                .setOutputFormat(OutputFormatParser.read(body))
                .setSampling(SamplingParser.read(body))
                .setReasoning(
                        effort == null
                                ? null
                                : Reasoning.newBuilder().setEffort(effort).build())
                .setModalities(body.nonEmptyStrings("modalities", MAX_MODALITIES, MAX_WORD_CHARS))
                .setExtensions(extensions(body))
                .build();
    }

    private static List<Message> messages(JsonObject body) {
        var values = body.requiredValue("messages");
        var messages = new ArrayList<Message>();
        for (var value : values.array()) {
            messages.add(MessageParser.message(value.object()));
        }
        if (messages.isEmpty()) {
            throw values.invalid("must hold at least one message");
        }
        return messages;
    }

    /** Whether usage is to be streamed. The other members of the object stay where they are. */
    private static boolean streamOptions(JsonObject body, boolean streamed) {
        var value = body.peek("stream_options");
        if (value == null) {
            return false;
        }
        if (!streamed) {
            throw value.invalid("is only allowed when 'stream' is true");
        }
        var include = value.object().bool("include_usage");
        return include != null && include;
    }

    private static Map<String, String> extensions(JsonObject body) {
        body.value("stream_options");
        var extensions = new LinkedHashMap<>(body.rest());
        var streamOptions = body.object("stream_options");
        if (streamOptions != null) {
            streamOptions.value("include_usage");
            var others = streamOptions.restJson();
            if (others != null) {
                extensions.put("stream_options", others);
            }
        }
        return extensions;
    }

    private static Map<String, String> metadata(JsonObject body, CallOptions options) {
        var metadata = new LinkedHashMap<String, String>(KnownExtensions.metadata(body));
        metadata.putAll(options.metadata());
        return metadata;
    }
}

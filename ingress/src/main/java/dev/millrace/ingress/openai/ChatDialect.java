package dev.millrace.ingress.openai;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.Message;
import dev.millrace.avro.Reasoning;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.ingress.options.CallOptions;
import dev.millrace.ingress.options.CallOptionsReader;
import dev.millrace.ingress.options.OptionHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a Chat Completions request. Pure apart from the time it is given; thread-safe. */
public final class ChatDialect {
    private static final int MAX_MODEL_CHARS = 256;
    private static final int MAX_MODALITIES = 8;
    private static final int MAX_WORD_CHARS = 64;

    private final StrictJson json;

    public ChatDialect(BodyLimits limits) {
        this.json = new StrictJson(limits);
    }

    /** What a body turned out to be. */
    public sealed interface Parsed {}

    public record Call(ChatCall call) implements Parsed {}

    /** The error names the member in {@code param}. */
    public record Refused(ErrorDetail error) implements Parsed {}

    /** Which endpoint a body came to. */
    public enum Endpoint {
        /** The dialect's own: nothing is streamed unless asked for. */
        COMPLETIONS,
        /**
         * A job: the body may name its {@code operation}, and the vendor's answer is streamed unless {@code stream} is false, because
         * events can be followed.
         */
        JOBS
    }

    /**
     * Reads a body.
     *
     * @param headers value of a header by its lower-case name, null when absent
     */
    public Parsed parse(byte[] body, Endpoint endpoint, Function<String, @Nullable String> headers, Instant now) {
        try {
            var root = json.object(body);
            OptionHeaders.fold(root, headers, json);
            return new Call(call(root, endpoint, now));
        } catch (Mistake mistake) {
            return new Refused(mistake.detail());
        }
    }

    private static ChatCall call(JsonObject body, Endpoint endpoint, Instant now) {
        var fingerprint = Fingerprint.of(body.node());
        var options = CallOptionsReader.read(body, now);
        var model = body.requiredString("model", MAX_MODEL_CHARS);
        var stream = body.bool("stream");
        boolean streamed = stream == null ? endpoint == Endpoint.JOBS : stream;
        if (endpoint == Endpoint.JOBS) {
            requireChat(body);
        }
        var streamOptions = streamOptions(body, streamed);
        KnownExtensions.check(body);
        var metadata = metadata(body, options);
        var input = input(body);
        return new ChatCall(model, input, streamed, streamOptions, options, metadata, fingerprint);
    }

    private static void requireChat(JsonObject body) {
        var operation = body.value("operation");
        if (operation != null && !operation.string(MAX_WORD_CHARS).equals("chat")) {
            throw operation.invalid("must be 'chat'");
        }
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

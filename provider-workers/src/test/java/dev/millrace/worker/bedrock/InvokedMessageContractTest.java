package dev.millrace.worker.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Message;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.avro.Part;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolChoice;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.ProviderContractTest;
import dev.millrace.worker.provider.Reading;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorResult.Finished;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** InvokeModel with the body of Anthropic's Messages API, streamed and whole. */
class InvokedMessageContractTest extends ProviderContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final BedrockAdapter ADAPTER = BedrockAdapter.of(new Provider(
            "bedrock",
            "bedrock",
            null,
            "default",
            null,
            false,
            Map.of(),
            Map.of("chat-api", "messages"),
            1,
            true,
            null));

    @Override
    protected Stream<Recording> recordings() {
        return Recording.of("invoke").stream()
                .filter(recording ->
                        recording.status() == 200 && recording.name().contains("anthropic"));
    }

    private static boolean isFramed(Recording recording) {
        return Files.exists(recording.folder().resolve("response.eventstream.bin"));
    }

    @Override
    protected ReplyDecoder decoder(Recording recording) {
        return ADAPTER.newDecoder(new VendorCall("POST", "/x", Map.of(), ByteBuffer.allocate(0), isFramed(recording)));
    }

    @Override
    protected Expected expected(Recording recording) {
        try {
            var reading = new Reading();
            var usage = JSON.createObjectNode();
            if (isFramed(recording)) {
                for (var event : events(recording)) {
                    read(event, reading.choice(0), usage);
                }
            } else {
                var message = JSON.readTree(recording.body());
                usage.setAll((ObjectNode) message.path("usage"));
                reading.choice(0).finish = message.path("stop_reason").asText();
                message.path("content")
                        .forEach(block ->
                                reading.choice(0).text += block.path("text").asText());
            }
            return new Expected(reading, usage(usage), null, Finished.class, List.of("id", "model"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<JsonNode> events(Recording recording) throws IOException {
        var events = new ArrayList<JsonNode>();
        for (var event : RawConverse.events(recording.body())) {
            events.add(JSON.readTree(
                    Base64.getDecoder().decode(event.payload().path("bytes").asText())));
        }
        return events;
    }

    private static void read(JsonNode event, Reading.Choice choice, ObjectNode usage) {
        choice.text += event.path("delta").path("text").asText();
        if (event.path("content_block").path("type").asText().equals("tool_use")) {
            var call = new Reading.Call();
            call.id = event.path("content_block").path("id").asText();
            call.name = event.path("content_block").path("name").asText();
            choice.calls.add(call);
        }
        if (event.path("delta").has("partial_json")) {
            choice.calls.getLast().arguments +=
                    event.path("delta").path("partial_json").asText();
        }
        if (event.path("message").path("usage") instanceof ObjectNode counted) {
            usage.setAll(counted);
        }
        if (event.path("usage") instanceof ObjectNode counted) {
            usage.setAll(counted);
            choice.finish = event.path("delta").path("stop_reason").asText();
        }
    }

    private static Usage usage(ObjectNode usage) {
        long read = usage.path("cache_read_input_tokens").asLong();
        long written = usage.path("cache_creation_input_tokens").asLong();
        return Usage.newBuilder()
                .setInputTokens(usage.path("input_tokens").asLong() + read + written)
                .setOutputTokens(usage.path("output_tokens").asLong())
                .setCachedInputTokens(read)
                .setCacheWriteTokens(written)
                .setVendorJson(usage.toString())
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void writesTheRecordedRequest(Recording recording) throws IOException {
        // Given
        var meta = JSON.readTree(recording.folder().resolve("meta.json").toFile());
        var body = Objects.requireNonNull(recording.request());
        var path = URLDecoder.decode(meta.path("path").asText(), StandardCharsets.UTF_8);
        var model = path.replaceAll("^/model/(.*)/invoke.*$", "$1");
        // When
        var rendering = ADAPTER.render(order(body, model, isFramed(recording)), 1);
        // Then
        var call = ((Rendered) rendering).call();
        assertThat(URLDecoder.decode(call.path(), StandardCharsets.UTF_8)).isEqualTo(path);
        assertThat(JSON.readTree(call.bodyText())).isEqualTo(body);
    }

    private static AttemptOrder order(JsonNode body, String model, boolean stream) {
        var messages = new ArrayList<Message>();
        body.path("system").forEach(block -> messages.add(message("system", block)));
        body.path("messages")
                .forEach(it -> messages.add(
                        message(it.path("role").asText(), it.path("content").path(0))));
        var tools = new ArrayList<Tool>();
        for (var tool : body.path("tools")) {
            tools.add(Tool.newBuilder()
                    .setName(tool.path("name").asText())
                    .setDescription(tool.path("description").asText(null))
                    .setParameters(tool.path("input_schema").toString())
                    .build());
        }
        var choice = body.path("tool_choice").path("type").asText("");
        var chat = ChatInput.newBuilder()
                .setMessages(messages)
                .setTools(tools)
                .setToolChoice(
                        choice.isEmpty()
                                ? null
                                : ToolChoice.newBuilder()
                                        .setMode(ToolChoiceMode.valueOf(choice.toUpperCase(Locale.ROOT)))
                                        .build())
                .setSampling(Sampling.newBuilder()
                        .setMaxOutputTokens(body.path("max_tokens").asInt())
                        .build())
                .build();
        return AttemptOrder.newBuilder()
                .setProvider("bedrock")
                .setModel("bedrock/x")
                .setVendorModel(model)
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .setRequest(InferenceRequest.newBuilder()
                        .setAccount("acme")
                        .setModel("bedrock/x")
                        .setDialect("topic")
                        .setDelivery(new Delivery(stream, true, false, OnDisconnect.FINISH))
                        .setInput(chat)
                        .build())
                .build();
    }

    private static Message message(String role, JsonNode block) {
        var part = Part.newBuilder()
                .setContent(new TextPart(block.path("text").asText()))
                .build();
        return Message.newBuilder().setRole(role).setParts(List.of(part)).build();
    }
}

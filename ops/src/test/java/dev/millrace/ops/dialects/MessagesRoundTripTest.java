package dev.millrace.ops.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.InferenceResult;
import dev.millrace.catalogue.Provider;
import dev.millrace.egress.anthropic.MessageStream;
import dev.millrace.egress.anthropic.MessagesAnswer;
import dev.millrace.egress.anthropic.WholeMessage;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.reply.ReplyBuilder;
import dev.millrace.ingress.anthropic.MessagesDialect;
import dev.millrace.ingress.dialect.Content;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.dialect.Submitter;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.worker.anthropic.AnthropicAdapter;
import dev.millrace.worker.anthropic.Hosting;
import dev.millrace.worker.anthropic.MessagesBody;
import dev.millrace.worker.anthropic.MessagesOptions;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.RenderProblems;
import dev.millrace.worker.provider.VendorCall;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Anthropic's dialect before Anthropic loses nothing, in neither direction. */
final class MessagesRoundTripTest {
    private static final JobId JOB = new JobId("job_x");
    private static final VendorCall CALL = new VendorCall("POST", "/", Map.of(), ByteBuffer.allocate(0), true);

    private static Provider provider(String adapter, Map<String, String> quirks) {
        return new Provider(
                "v",
                adapter,
                URI.create("http://127.0.0.1:1"),
                "default",
                null,
                false,
                Map.of(),
                quirks,
                1,
                true,
                null);
    }

    private static ProviderAdapter anthropic() {
        return AnthropicAdapter.of(provider("anthropic", Map.of()));
    }

    static Stream<Exchange> ofAnthropic() {
        return Stream.of("messages", "messages-rawPredict")
                .flatMap(api -> Exchange.of(api).stream())
                .filter(exchange -> exchange.succeeded() && !exchange.name().contains("/count-tokens/"));
    }

    private static String streamed(List<InferenceResult> records) {
        var stream = new MessageStream(JOB, new MessagesAnswer(true, false, "v/m"));
        var frames = new StringBuilder();
        for (var event : Exchange.events(records)) {
            switch (stream.next(event)) {
                case Output.Frames(var some) -> some.forEach(frames::append);
                case Output.Last(var some) -> some.forEach(frames::append);
                case Output.Failed failed -> throw new AssertionError(failed.toString());
            }
        }
        return frames.toString();
    }

    private static JsonNode whole(List<InferenceResult> records) {
        var whole = new WholeMessage(JOB, new MessagesAnswer(false, false, "v/m"));
        var reply = new ReplyBuilder(1 << 24);
        for (var record : records) {
            whole.observe(record, false);
            reply.add(record, false);
        }
        return Exchange.json(
                whole.body(reply.build(), records.getLast(), 0).content().toString());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofAnthropic")
    void givesBackWhatAnthropicSaid(Exchange exchange) {
        // Given
        var said = exchange.streamed() ? Messages.assemble(exchange.reply()) : Exchange.json(exchange.reply());
        // When
        var records = exchange.records(anthropic().newDecoder(CALL));
        // Then
        assertThat(Messages.essence(Messages.assemble(streamed(records))))
                .as("streamed")
                .isEqualTo(Messages.essence(said));
        assertThat(Messages.essence(whole(records))).as("whole").isEqualTo(Messages.essence(said));
    }

    /** A body that was sent, and who ran the model. */
    record Sent(String name, JsonNode body, Hosting hosting) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Sent> sent() {
        var sent = new ArrayList<Sent>();
        for (var exchange : Exchange.of("messages")) {
            add(sent, exchange, Hosting.ANTHROPIC);
        }
        for (var exchange : Exchange.of("messages-rawPredict")) {
            add(sent, exchange, Hosting.VERTEX);
        }
        for (var exchange : Exchange.of("invoke")) {
            if (exchange.name().contains("anthropic")) {
                add(sent, exchange, Hosting.BEDROCK);
            }
        }
        for (var exchange : batches()) {
            var requests = Exchange.json(exchange.folder().resolve("01-post-batches/request.json"));
            for (var one : requests.path("requests")) {
                sent.add(new Sent(
                        exchange + "#" + one.path("custom_id").asText(), one.path("params"), Hosting.ANTHROPIC));
            }
        }
        return sent.stream();
    }

    private static List<Exchange> batches() {
        return Stream.of(
                        "rl-batch-with-anthropic-claude-haiku-4-5-answers-staged-chats-and-appen-56df03",
                        "rl-batch-with-anthropic-claude-haiku-4-5-reloads-a-batch-by-id-and-coll-ddb9ea")
                .map(name -> Exchange.at("anthropic/batch/" + name))
                .toList();
    }

    private static void add(List<Sent> sent, Exchange exchange, Hosting hosting) {
        var body = exchange.request();
        // A count of tokens is asked for without a limit.
        if (body != null && body.has("max_tokens")) {
            sent.add(new Sent(exchange.name(), body, hosting));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sent")
    void sendsWhatTheClientSent(Sent sent) {
        // Given
        var asked = (ObjectNode) sent.body().deepCopy();
        if (!asked.has("model")) {
            asked.put("model", "v/m");
        }
        asked.remove("anthropic_version");
        var incoming =
                new Incoming("/v1/messages", Content.Raw.of(asked.toString()), _ -> null, _ -> null, Instant.EPOCH);
        var submitter = new Submitter(JOB, new AccountId("acme"), null, null, Instant.EPOCH);
        // When
        var request = new MessagesDialect(BodyLimits.DEFAULTS).read(incoming).request(submitter);
        var order = AttemptOrder.newBuilder()
                .setProvider("v")
                .setModel("v/m")
                .setVendorModel(asked.path("model").asText())
                .setRequest(request)
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .build();
        var problems = new RenderProblems();
        var options = MessagesOptions.of(provider("anthropic", Map.of()), sent.hosting());
        var body = new MessagesBody(options, problems).write(order, (ChatInput) request.getInput());
        // Then
        assertThat(problems.first()).isNull();
        assertThat(normal(Exchange.json(body.toString()), "")).isEqualTo(normal(sent.body(), ""));
    }

    /** Forms that mean the same are made one: text for a block of text, the older place of a schema, nulls, {@code stream: false}. */
    private static JsonNode normal(JsonNode node, String path) {
        if (node.isNumber()) {
            return DoubleNode.valueOf(node.asDouble());
        }
        if (node instanceof ArrayNode array) {
            var copy = array.arrayNode();
            array.forEach(item -> copy.add(normal(item, path + "[]")));
            return copy;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        var copy = new LinkedHashMap<String, JsonNode>();
        object.properties().forEach(member -> {
            var value = member.getValue();
            boolean text = value.isTextual()
                    && (member.getKey().equals("system") || (member.getKey().equals("content") && path.endsWith("[]")));
            if (text) {
                var block = Exchange.JSON.createObjectNode().put("type", "text").set("text", value);
                copy.put(member.getKey(), Exchange.JSON.createArrayNode().add(block));
            } else if (!value.isNull() || path.contains("tools")) {
                copy.put(member.getKey(), normal(value, path + "." + member.getKey()));
            }
        });
        var result = object.objectNode();
        result.setAll(copy);
        if (path.isEmpty()) {
            var older = result.remove("output_format");
            if (older != null) {
                result.withObjectProperty("output_config").set("format", older);
            }
            if (!result.path("stream").asBoolean()) {
                result.remove("stream");
            }
        }
        return Objects.requireNonNull(result);
    }
}

package dev.millrace.ops.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Provider;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.responses.ResponsesOptions;
import dev.millrace.egress.responses.ResponsesStream;
import dev.millrace.ingress.dialect.Content;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.dialect.Submitter;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.ingress.responses.ResponsesDialect;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.worker.openai.OpenAiAdapter;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.responses.ResponsesAdapter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Responses dialect in front of recorded vendors, of its own kind and of the chat-completions kind. */
class ResponsesRoundTripTest {
    private static final JobId JOB = new JobId("job_round_trip");
    private static final Set<String> VOLATILE = Set.of("obfuscation", "sequence_number");

    private final StrictJson json = new StrictJson(BodyLimits.DEFAULTS);

    private static Provider provider(String vendor) {
        Map<String, String> quirks = vendor.startsWith("perplexity") ? Map.of("stream-end", "body") : Map.of();
        return new Provider("p", "openai-compatible", null, "default", null, false, Map.of(), quirks, 1, true, null);
    }

    /** What a vendor's bytes come to. */
    private record Decoded(List<Delta> deltas, @Nullable Usage usage, Map<String, String> vendor) {}

    /** The first reply of a recording; null when it did not finish. */
    private static @Nullable Decoded decode(ProviderAdapter adapter, Wire wire) {
        var call = new VendorCall("POST", "/x", Map.of(), ByteBuffer.allocate(0), wire.isStream());
        var decoder = adapter.newDecoder(call);
        decoder.head(wire.status(), new VendorHeaders(wire.headers()));
        decoder.feed(ByteBuffer.wrap(wire.body()));
        decoder.end();
        return decoder.result() instanceof Finished
                ? new Decoded(decoder.take(), decoder.usage(), decoder.vendor())
                : null;
    }

    /** The events of the stream that a client of the dialect reads. */
    private static List<JsonNode> events(Decoded decoded, long after) throws JsonProcessingException {
        var echo = JsonNodeFactory.instance.objectNode();
        var stream = new ResponsesStream(JOB, new ResponsesOptions("p/m", echo, false), after);
        var events = new ArrayList<JsonNode>();
        long index = 0;
        for (var delta : decoded.deltas()) {
            var record = record(index).setDeltas(List.of(delta)).build();
            read(stream.next(new JobEvent.Chunk(index++, record, false)), events);
        }
        var terminal = Terminal.newBuilder()
                .setStatus(JobStatus.COMPLETED)
                .setUsage(decoded.usage())
                .setVendor(decoded.vendor())
                .build();
        var last = record(index).setTerminal(terminal).build();
        read(stream.next(new JobEvent.Ended(index, last, false)), events);
        return events;
    }

    private static InferenceResult.Builder record(long seq) {
        return InferenceResult.newBuilder()
                .setJobId(JOB.value())
                .setAccount("acme")
                .setAttempt(1)
                .setEpoch(1)
                .setSeq(seq)
                .setCreatedAtMillis(1000);
    }

    private static void read(Output output, List<JsonNode> into) throws JsonProcessingException {
        var frames = switch (output) {
            case Output.Frames(var more) -> more;
            case Output.Last(var more) -> more;
            case Output.Failed(var more, var error) -> throw new AssertionError(error.getMessage());
        };
        for (var frame : frames) {
            var lines = frame.lines().toList();
            var event = Wire.JSON.readTree(lines.get(2).substring("data: ".length()));
            assertThat(lines.get(0)).isEqualTo("event: " + event.path("type").asText());
            into.add(event);
        }
    }

    static Stream<Wire> responses() {
        return Wire.of("responses").stream().filter(wire -> !wire.name().contains("count-tokens"));
    }

    static Stream<Wire> chats() {
        return Wire.of("chat-completions").stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("responses")
    void restoresTheItemsOfItsOwnKind(Wire wire) throws JsonProcessingException {
        // Given
        var decoded = decode(ResponsesAdapter.of(provider("")), wire);
        if (decoded == null) {
            assertThat(wire.status() >= 300 || wire.name().contains("error")).isTrue();
            return;
        }
        var recorded = terminal(wire);
        // When
        var events = events(decoded, -1);
        // Then
        var response = events.getLast().path("response");
        assertThat(response.path("status")).isEqualTo(recorded.path("status"));
        assertThat(named(normal(response.path("output")), recorded)).isEqualTo(normal(recorded.path("output")));
        var usage = recorded.path("usage");
        assertThat(response.path("usage").path("total_tokens").asLong())
                .isEqualTo(usage.path("input_tokens").asLong()
                        + usage.path("output_tokens").asLong());
        assertThat(response.at("/usage/output_tokens_details/reasoning_tokens"))
                .isEqualTo(usage.at("/output_tokens_details/reasoning_tokens"));
        assertThat(told(events)).isEqualTo(response.path("output"));
    }

    /** The response object of the recording: the body, or that of its first terminal event. */
    private static JsonNode terminal(Wire wire) throws JsonProcessingException {
        var text = new String(wire.body(), StandardCharsets.UTF_8);
        if (!wire.isStream()) {
            return Wire.JSON.readTree(text);
        }
        for (var line : text.lines().toList()) {
            if (line.startsWith("data:")) {
                var event = Wire.JSON.readTree(line.substring(5));
                if (Set.of("response.completed", "response.incomplete")
                        .contains(event.path("type").asText())) {
                    return event.path("response");
                }
            }
        }
        throw new AssertionError("no terminal event");
    }

    /** Items without what vendors leave out or not, and what differs between the events and the last object of the same recording. */
    private static JsonNode normal(JsonNode output) {
        var items = output.deepCopy();
        for (var item : items) {
            var object = (ObjectNode) item;
            boolean call = object.path("type").asText().endsWith("_call");
            object.remove("encrypted_content"); // encrypted anew for every event
            object.remove("fingerprint");
            if (object.path("status").asText().equals("completed")
                    || (call && object.path("status").asText().equals("in_progress"))) {
                object.remove("status");
            }
            object.properties().removeIf(member -> member.getValue().isNull());
            for (var list : List.of("content", "summary")) {
                if (object.path(list).isArray() && object.path(list).isEmpty()) {
                    object.remove(list);
                }
            }
            for (var part : object.path("content")) {
                ((ObjectNode) part).remove(List.of("logprobs"));
                if (part.path("annotations").isEmpty()) {
                    ((ObjectNode) part).remove("annotations");
                }
            }
        }
        return items;
    }

    /** An item that the vendor gave no id has one of ours. */
    private static JsonNode named(JsonNode output, JsonNode recorded) {
        for (int i = 0; i < output.size(); i++) {
            if (!recorded.path("output").path(i).has("id")) {
                ((ObjectNode) output.get(i)).remove("id");
            }
        }
        return output;
    }

    /** What a reader has that only puts the {@code done} events together. */
    private static JsonNode told(List<JsonNode> events) {
        ArrayNode output = JsonNodeFactory.instance.arrayNode();
        long expected = 0;
        for (var event : events) {
            assertThat(event.path("sequence_number").asLong()).isEqualTo(expected++);
            if (event.path("type").asText().equals("response.output_item.added")) {
                assertThat(event.path("output_index").asInt()).isEqualTo(output.size());
                output.addNull();
            } else if (event.path("type").asText().equals("response.output_item.done")) {
                output.set(event.path("output_index").asInt(), event.path("item"));
            }
        }
        return output;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("chats")
    void saysTheSameInFrontOfChatCompletions(Wire wire) throws JsonProcessingException {
        // Given
        var decoded = decode(OpenAiAdapter.of(provider(wire.name())), wire);
        if (decoded == null) {
            return; // a failure: OpenAiContractTest reads those
        }
        // When
        var events = events(decoded, -1);
        // Then
        var response = events.getLast().path("response");
        var text = new StringBuilder();
        var refusal = new StringBuilder();
        var thought = new StringBuilder();
        var calls = new ArrayList<String>();
        for (var item : response.path("output")) {
            item.path("summary")
                    .forEach(part -> thought.append(part.path("text").asText()));
            for (var part : item.path("content")) {
                text.append(part.path("text").asText());
                refusal.append(part.path("refusal").asText());
            }
            if (item.path("type").asText().equals("function_call")) {
                calls.add(item.path("call_id").asText()
                        + item.path("name").asText()
                        + item.path("arguments").asText());
            }
        }
        assertThat(text.toString()).isEqualTo(joined(decoded, TextDelta.class));
        assertThat(refusal.toString()).isEqualTo(joined(decoded, RefusalDelta.class));
        assertThat(thought.toString()).isEqualTo(joined(decoded, ReasoningDelta.class));
        assertThat(calls).isEqualTo(calls(decoded));
        if (decoded.usage() != null) {
            assertThat(response.at("/usage/input_tokens").asLong())
                    .isEqualTo(Math.max(0, decoded.usage().getInputTokens()));
            assertThat(response.at("/usage/output_tokens").asLong())
                    .isEqualTo(Math.max(0, decoded.usage().getOutputTokens()));
        }
        assertThat(told(events)).isEqualTo(response.path("output"));
    }

    private static String joined(Decoded decoded, Class<?> kind) {
        var text = new StringBuilder();
        for (var delta : decoded.deltas()) {
            if (delta.getIndex() == 0 && kind.isInstance(delta.getContent())) {
                text.append(
                        switch (delta.getContent()) {
                            case TextDelta said -> said.getText();
                            case RefusalDelta said -> said.getText();
                            case ReasoningDelta said -> said.getText();
                            default -> "";
                        });
            }
        }
        return text.toString();
    }

    private static List<String> calls(Decoded decoded) {
        var ids = new ArrayList<StringBuilder>();
        for (var delta : decoded.deltas()) {
            if (delta.getIndex() == 0 && delta.getContent() instanceof ToolCallDelta call) {
                while (ids.size() <= call.getIndex()) {
                    ids.add(new StringBuilder());
                }
                var text = ids.get(call.getIndex());
                text.append(text.isEmpty() ? Objects.requireNonNullElse(call.getId(), "call_" + call.getIndex()) : "");
                text.append(Objects.requireNonNullElse(call.getName(), "")).append(call.getArguments());
            }
        }
        return ids.stream().map(StringBuilder::toString).toList();
    }

    /** Cut anywhere, the rest of the stream is what the whole one would have been. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("responses")
    void resumesAfterEveryEvent(Wire wire) throws JsonProcessingException {
        var decoded = decode(ResponsesAdapter.of(provider("")), wire);
        if (decoded == null) {
            return; // a failure has no events to resume
        }
        var whole = events(decoded, -1);
        for (int after = 0; after < Math.min(whole.size(), 60); after++) {
            assertThat(events(decoded, after)).isEqualTo(whole.subList(after + 1, whole.size()));
        }
    }

    static Stream<Wire> requests() {
        return responses().filter(wire -> wire.request() != null);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void sendsOnARequestAsItCame(Wire wire) throws JsonProcessingException {
        // Given
        var body = Objects.requireNonNull(wire.request());
        var incoming =
                new Incoming("/v1/responses", Content.Raw.of(body.toString()), _ -> null, _ -> null, Instant.EPOCH);
        // When
        var call = new ResponsesDialect(json).read(incoming);
        var request = call.request(new Submitter(JOB, new AccountId("acme"), null, null, Instant.EPOCH));
        var order = AttemptOrder.newBuilder()
                .setProvider("p")
                .setModel("p/m")
                .setVendorModel(call.model())
                .setRequest(request)
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .build();
        var rendering = ResponsesAdapter.of(provider("")).render(order, 1);
        // Then
        assertThat(rendering).isInstanceOf(Rendering.Rendered.class);
        var sent = Wire.JSON.readTree(((Rendering.Rendered) rendering).call().bodyText());
        assertThat(request(sent, "")).isEqualTo(request(body, ""));
    }

    /** A request without nulls and defaults, one text as a string, numbers alike. */
    private static JsonNode request(JsonNode node, String path) {
        if (node.isNumber()) {
            return DoubleNode.valueOf(node.asDouble());
        }
        if (node.isArray()) {
            var copy = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> copy.add(request(item, path + "[]")));
            boolean plain = path.endsWith(".content") || path.endsWith(".output");
            return plain
                            && copy.size() == 1
                            && copy.path(0).size() == 2
                            && copy.path(0).path("text").isTextual()
                            && !copy.path(0).path("type").asText().equals("reasoning_text")
                    ? copy.path(0).path("text")
                    : copy;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        var copy = JsonNodeFactory.instance.objectNode();
        boolean raw = path.contains("parameters") || path.contains("schema");
        object.properties().forEach(member -> {
            var value = member.getValue();
            boolean unsaid = value.isNull()
                    || VOLATILE.contains(member.getKey())
                    || (path.isEmpty() && member.getKey().equals("stream") && !value.asBoolean())
                    || (member.getKey().equals("type") && value.asText().equals("message"))
                    || (value.isArray()
                            && value.isEmpty()
                            && Set.of("annotations", "logprobs", "tools", "include")
                                    .contains(member.getKey()))
                    || (value.isObject() && value.isEmpty() && path.isEmpty());
            if (raw || !unsaid) {
                copy.set(member.getKey(), request(value, path + "." + member.getKey()));
            }
        });
        if (path.isEmpty() && copy.path("input").isTextual()) {
            var text = copy.path("input").asText();
            copy.putArray("input").addObject().put("role", "user").put("content", text);
        }
        return copy;
    }
}

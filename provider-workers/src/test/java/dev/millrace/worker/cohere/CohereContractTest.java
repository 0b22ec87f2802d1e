package dev.millrace.worker.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ItemDelta;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderContractTest;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Refused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Conversations of both versions over all their recordings. */
class CohereContractTest extends ProviderContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static CohereAdapter adapter(Recording recording) {
        return new CohereAdapter(
                recording.api().equals("v1-chat"), Map.of(), DecoderLimits.DEFAULTS, () -> Instant.EPOCH);
    }

    @Override
    protected Stream<Recording> recordings() {
        return Recording.of("v1-chat", "v2-chat").stream();
    }

    Stream<Recording> requests() {
        return recordings().filter(recording -> recording.request() != null);
    }

    @Override
    protected ReplyDecoder decoder(Recording recording) {
        boolean streaming = recording.body()[0] != '{' || recording.name().contains("-stream/");
        return adapter(recording)
                .newDecoder(new VendorCall("POST", "/chat", Map.of(), ByteBuffer.allocate(0), streaming));
    }

    @Override
    protected Expected expected(Recording recording) {
        try {
            var raw = new RawCohere(recording);
            Class<? extends VendorResult> result = raw.error == null ? Finished.class : Refused.class;
            return new Expected(raw.reading, raw.usage(), raw.error, result, raw.extras);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void carriesCitations(Recording recording) throws IOException {
        // Given
        var raw = new RawCohere(recording);
        // When
        var decoded = decode(recording, List.of(ByteBuffer.wrap(recording.body())), true);
        // Then
        assertThat(decoded.deltas().stream()
                        .map(delta -> delta.getContent())
                        .filter(ItemDelta.class::isInstance)
                        .map(ItemDelta.class::cast)
                        .map(ItemDelta::getJson)
                        .toList())
                .isEqualTo(raw.citations);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void writesTheRecordedRequest(Recording recording) throws IOException {
        // Given
        var body = Objects.requireNonNull(recording.request());
        var order = recording.api().equals("v1-chat") ? RecordedCohere.firstVersion(body) : RecordedCohere.order(body);
        // When
        var rendering = adapter(recording).render(order, 1);
        // Then
        assertThat(rendering).isInstanceOf(Rendered.class);
        var call = ((Rendered) rendering).call();
        assertThat(call.path()).isEqualTo("/chat");
        assertThat(normal(JSON.readTree(call.bodyText()))).isEqualTo(normal(body));
    }

    /** In the form this adapter writes: one text as a string, no empty one, numbers alike. */
    private static JsonNode normal(JsonNode node) {
        if (node.isNumber()) {
            return DoubleNode.valueOf(node.asDouble());
        }
        if (node instanceof ArrayNode array) {
            var copy = array.arrayNode();
            array.forEach(item -> copy.add(normal(item)));
            return copy;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        var copy = object.objectNode();
        object.properties().forEach(member -> {
            var value = member.getValue();
            boolean single = member.getKey().equals("content")
                    && value.size() == 1
                    && value.path(0).path("type").asText().equals("text");
            if (!single) {
                copy.set(member.getKey(), normal(value));
            } else if (!value.path(0).path("text").asText().isEmpty()) {
                copy.set("content", value.path(0).path("text"));
            }
        });
        return copy;
    }
}

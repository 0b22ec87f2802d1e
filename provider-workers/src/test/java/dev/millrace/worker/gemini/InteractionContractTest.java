package dev.millrace.worker.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.Reasoning;
import dev.millrace.avro.Tool;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.Dispatches;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.ProviderContractTest;
import dev.millrace.worker.provider.Reading;
import dev.millrace.worker.provider.Recording;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorResult.Finished;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Interactions over all their recordings. */
class InteractionContractTest extends ProviderContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    protected Stream<Recording> recordings() {
        return Recording.of("interactions").stream();
    }

    @Override
    protected ReplyDecoder decoder(Recording recording) {
        return new GeminiReplyDecoder(
                new InteractionReader(DecoderLimits.DEFAULTS.maxVendorBytes()),
                DecoderLimits.DEFAULTS,
                () -> Instant.EPOCH);
    }

    @Override
    protected Expected expected(Recording recording) {
        try {
            var reading = new Reading();
            var text = new String(recording.body(), StandardCharsets.UTF_8);
            var last = recording.isStream() ? stream(text, reading) : whole(JSON.readTree(text), reading);
            reading.choice(0).finish = last.path("status").asText();
            return new Expected(reading, usage(last.path("usage")), null, Finished.class, List.of("id", "model"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode stream(String text, Reading reading) throws JsonProcessingException {
        JsonNode last = JSON.createObjectNode();
        var choice = reading.choice(0);
        for (var line : text.lines().filter(it -> it.startsWith("data:")).toList()) {
            var event = JSON.readTree(line.substring(5));
            var delta = event.path("delta");
            if (delta.path("type").asText().equals("text")) {
                choice.text += delta.path("text").asText();
            } else if (delta.path("type").asText().equals("arguments_delta")) {
                choice.calls.getLast().arguments += delta.path("arguments").asText();
            } else if (event.path("step").path("type").asText().equals("function_call")) {
                call(choice, event.path("step"));
            } else if (event.path("event_type").asText().equals("interaction.completed")) {
                last = event.path("interaction");
            }
        }
        return last;
    }

    private static JsonNode whole(JsonNode interaction, Reading reading) {
        var choice = reading.choice(0);
        for (var step : interaction.path("steps")) {
            if (step.path("type").asText().equals("function_call")) {
                call(choice, step);
                choice.calls.getLast().arguments = step.path("arguments").toString();
            }
            for (var part : step.path("content")) {
                choice.text += part.path("text").asText();
            }
        }
        return interaction;
    }

    private static void call(Reading.Choice choice, JsonNode step) {
        var call = new Reading.Call();
        call.id = step.path("id").asText();
        call.name = step.path("name").asText();
        choice.calls.add(call);
    }

    private static Usage usage(JsonNode usage) {
        return Usage.newBuilder()
                .setInputTokens(usage.path("total_input_tokens").asLong()
                        + usage.path("total_tool_use_tokens").asLong())
                .setOutputTokens(usage.path("total_output_tokens").asLong()
                        + usage.path("total_thought_tokens").asLong())
                .setCachedInputTokens(usage.path("total_cached_tokens").asLong())
                .setReasoningTokens(usage.path("total_thought_tokens").asLong())
                .setVendorJson(usage.toString())
                .build();
    }

    @Test
    void writesARequestInItsWords() throws JsonProcessingException {
        // Given
        var adapter = GeminiAdapter.of(new Provider(
                "p", "gemini", null, "default", null, false, Map.of(), Map.of("api", "interactions"), 1, true, null));
        var chat = Dispatches.chat("hi")
                .setTools(List.of(Tool.newBuilder()
                        .setName("f")
                        .setParameters("{\"type\":\"object\"}")
                        .build()))
                .setReasoning(Reasoning.newBuilder()
                        .setEffort("low")
                        .setSummary("auto")
                        .build())
                .setOutputFormat(OutputFormat.newBuilder()
                        .setKind(OutputKind.JSON_SCHEMA)
                        .setSchema$("{}")
                        .build())
                .build();
        // When
        var call = ((Rendered)
                        adapter.render(Dispatches.order("p", "gemini-3-x", chat).build(), 1))
                .call();
        // Then
        assertThat(call.path()).isEqualTo("/interactions");
        assertThat(JSON.readTree(call.bodyText()))
                .isEqualTo(JSON.readTree("{\"model\":\"gemini-3-x\",\"store\":false,\"stream\":true,"
                        + "\"input\":[{\"type\":\"user_input\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],"
                        + "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}],"
                        + "\"generation_config\":{\"thinking_level\":\"low\",\"thinking_summaries\":\"auto\"},"
                        + "\"response_format\":{\"type\":\"text\",\"mime_type\":\"application/json\",\"schema\":{}}}"));
        assertThat(adapter.newDecoder(call)).isInstanceOf(GeminiReplyDecoder.class);
    }
}

package dev.millrace.ops.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.catalogue.CatalogueLoader;
import dev.millrace.egress.anthropic.MessagesAnswer;
import dev.millrace.egress.delivery.AnswerFormats;
import dev.millrace.egress.delivery.Output;
import dev.millrace.egress.delivery.StreamFormat;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.gemini.GeminiAnswers;
import dev.millrace.egress.openai.ChatOptions;
import dev.millrace.egress.reply.ReplyBuilder;
import dev.millrace.egress.responses.ResponsesOptions;
import dev.millrace.egress.responses.ResponsesStream;
import dev.millrace.egress.responses.WholeResponse;
import dev.millrace.job.JobId;
import dev.millrace.worker.anthropic.AnthropicAdapter;
import dev.millrace.worker.bedrock.BedrockAdapter;
import dev.millrace.worker.cohere.CohereAdapter;
import dev.millrace.worker.gemini.GeminiAdapter;
import dev.millrace.worker.openai.OpenAiAdapter;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.responses.ResponsesAdapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each dialect in front of each recorded vendor says what the vendor said: the same text, calls and usage, streamed and whole. */
final class DialectMatrixTest {
    private static final Path WIRE = Path.of("..", "provider-workers", "src", "test", "resources", "wire");
    private static final String MODEL = "recorded/model";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Catalogue CATALOGUE = CatalogueLoader.shipped();

    /** A dialect, by whether its client wants a stream, and how its client reads it. */
    private record Dialect(Function<Boolean, AnswerFormats> formats, DialectReader reader) {}

    private static final Map<String, Dialect> DIALECTS = Map.of(
            "openai-chat",
            new Dialect(stream -> new ChatOptions(stream, true, false, MODEL).formats(), new ChatReader()),
            "openai-responses",
            new Dialect(DialectMatrixTest::responses, new ResponsesReader()),
            "gemini",
            new Dialect(
                    stream -> stream
                            ? GeminiAnswers.stream(GeminiAnswers.Framing.EVENTS, false, MODEL)
                            : GeminiAnswers.whole(MODEL),
                    new GeminiReader()),
            "anthropic-messages",
            new Dialect(stream -> new MessagesAnswer(stream, false, MODEL).formats(), new MessagesReader()));

    private static AnswerFormats responses(boolean stream) {
        var options = new ResponsesOptions(MODEL, JSON.createObjectNode(), false);
        return job -> stream ? new ResponsesStream(job, options, -1) : new WholeResponse(job, options);
    }

    private static final Set<String> APIS = Set.of(
            "chat-completions",
            "responses",
            "generateContent",
            "converse",
            "v2-chat",
            "messages",
            "messages-rawPredict");

    private static final List<RecordedReply> REPLIES = RecordedReply.all(WIRE, APIS, DialectMatrixTest::decoder);

    private static ReplyDecoder decoder(String api, String vendor, boolean stream) {
        var call = new VendorCall("POST", "/", Map.of(), ByteBuffer.allocate(0), stream);
        return adapter(api, vendor).newDecoder(call);
    }

    private static ProviderAdapter adapter(String api, String vendor) {
        var provider = CATALOGUE.provider(vendor.equals("vercel-gateway") ? "vercel" : vendor);
        return switch (api) {
            case "chat-completions" -> OpenAiAdapter.of(provider.orElseThrow());
            case "responses" -> ResponsesAdapter.of(provider.orElseThrow());
            case "generateContent" -> GeminiAdapter.of(provider.orElseThrow());
            case "converse" -> BedrockAdapter.of(provider.orElseThrow());
            case "messages", "messages-rawPredict" -> AnthropicAdapter.of(provider.orElseThrow());
            case "v2-chat" -> CohereAdapter.of(provider.orElseThrow());
            default -> throw new IllegalArgumentException(api);
        };
    }

    static Stream<Arguments> pairs() {
        return DIALECTS.keySet().stream()
                .sorted()
                .flatMap(dialect -> REPLIES.stream()
                        .filter(RecordedReply::hasOneChoice)
                        .map(reply -> Arguments.of(dialect, reply)));
    }

    @Test
    void findsTheRecordings() {
        assertThat(REPLIES).hasSizeGreaterThan(100);
        assertThat(REPLIES).extracting(RecordedReply::api).containsAll(APIS);
    }

    @ParameterizedTest(name = "{0} before {1}")
    @MethodSource("pairs")
    void streamsWhatTheVendorSaid(String name, RecordedReply reply) throws IOException {
        // Given
        var dialect = dialect(name);
        var format = (StreamFormat) dialect.formats().apply(true).of(new JobId(RecordedReply.JOB));
        // When
        var frames = new StringBuilder();
        boolean ended = false;
        for (var event : reply.events()) {
            switch (format.next(event)) {
                case Output.Frames(var more) -> more.forEach(frames::append);
                case Output.Last(var last) -> {
                    last.forEach(frames::append);
                    ended = true;
                }
                case Output.Failed(var _, var error) -> throw new AssertionError(error.toString());
            }
        }
        // Then
        assertThat(ended).isTrue();
        assertSame(dialect.reader().stream(datas(frames.toString())), reply.said());
    }

    @ParameterizedTest(name = "{0} before {1}")
    @MethodSource("pairs")
    void answersAsAWholeWhatTheVendorSaid(String name, RecordedReply reply) throws IOException {
        // Given
        var dialect = dialect(name);
        var format = (WholeFormat) dialect.formats().apply(false).of(new JobId(RecordedReply.JOB));
        var whole = new ReplyBuilder(format.maxBytes());
        for (var event : reply.events()) {
            format.observe(Understanding.record(event), false);
            whole.add(Understanding.record(event), false);
        }
        // When
        var last = Understanding.record(reply.events().getLast());
        var body = format.body(whole.build(), last, 1_700_000_000_000L);
        // Then
        assertSame(dialect.reader().whole(JSON.readTree(body.content().toString())), reply.said());
    }

    private static Dialect dialect(String name) {
        var dialect = DIALECTS.get(name);
        if (dialect == null) {
            throw new IllegalArgumentException(name);
        }
        return dialect;
    }

    private static void assertSame(Said read, Said said) {
        assertThat(read.calls()).as("calls").isEqualTo(said.calls());
        if (said.refusal().isEmpty()) {
            assertThat(read.text()).as("text").isEqualTo(said.text());
        } else {
            // Not every dialect has a word for a refusal; none may lose it.
            assertThat(read.text() + read.refusal()).as("text and refusal").isEqualTo(said.text() + said.refusal());
        }
        if (said.outputTokens() >= 0) {
            assertThat(read.inputTokens()).as("input tokens").isEqualTo(Math.max(0, said.inputTokens()));
            assertThat(read.outputTokens()).as("output tokens").isEqualTo(said.outputTokens());
        }
    }

    private static List<JsonNode> datas(String frames) throws IOException {
        var datas = new ArrayList<JsonNode>();
        for (var line : frames.lines().toList()) {
            if (line.startsWith("data:") && !line.contains("[DONE]")) {
                datas.add(JSON.readTree(line.substring(5)));
            }
        }
        return datas;
    }
}

package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.anthropic.AnthropicAdapter;
import dev.millrace.worker.cohere.CohereAdapter;
import dev.millrace.worker.gemini.GeminiAdapter;
import dev.millrace.worker.openai.OpenAiAdapter;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.responses.ResponsesAdapter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten times the stream takes about ten times the memory, not a hundred times: nothing is read again and nothing is kept. */
class LongStreamsTest {
    private static final int EVENTS = 2_000;
    private static final String OPENING = """
            event: message_start
            data: {'type':'message_start','message':{'id':'m','type':'message','role':'assistant','content':[],'usage':{}}}

            event: content_block_start
            data: {'type':'content_block_start','index':0,'content_block':{'type':'text','text':''}}

            """;

    /** An adapter and one event of text as its vendor streams it. */
    record Case(String name, ProviderAdapter adapter, String path, String opening, String event) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Provider provider(String name) {
        return new Provider(
                name,
                name,
                URI.create("http://127.0.0.1:1"),
                "default",
                null,
                false,
                Map.of(),
                Map.of(),
                1,
                true,
                null);
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "openai-compatible",
                        OpenAiAdapter.of(provider("openai")),
                        "/chat/completions",
                        "",
                        "data: {'id':'c','choices':[{'index':0,'delta':{'content':'word '}}]}\n\n"),
                new Case(
                        "openai-responses",
                        ResponsesAdapter.of(provider("openai")),
                        "/responses",
                        "",
                        "data: {'type':'response.output_text.delta','item_id':'m','output_index':0,'content_index':0,'delta':'word '}\n\n"),
                new Case(
                        "gemini",
                        GeminiAdapter.of(provider("gemini")),
                        "/models/m:streamGenerateContent?alt=sse",
                        "",
                        "data: {'candidates':[{'content':{'parts':[{'text':'word '}],'role':'model'},'index':0}]}\r\n\r\n"),
                new Case(
                        "anthropic",
                        AnthropicAdapter.of(provider("anthropic")),
                        "/v1/messages",
                        OPENING,
                        "event: content_block_delta\ndata: {'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'word '}}\n\n"),
                new Case(
                        "cohere",
                        CohereAdapter.of(provider("cohere")),
                        "/v2/chat",
                        "",
                        "event: content-delta\ndata: {'type':'content-delta','index':0,'delta':{'message':{'content':{'text':'word '}}}}\n\n"));
    }

    /** Bytes allocated while reading so many events, each taken as it comes. */
    private static long allocated(Case tested, int events) {
        var call = new VendorCall("POST", tested.path(), Map.of(), ByteBuffer.allocate(0), true);
        var event = tested.event().replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var decoder = tested.adapter().newDecoder(call);
        decoder.head(200, new VendorHeaders(Map.of("content-type", "text/event-stream")));
        decoder.feed(ByteBuffer.wrap(tested.opening().replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
        int deltas = 0;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < events; i++) {
            decoder.feed(ByteBuffer.wrap(event));
            deltas += decoder.take().size();
        }
        long after = threads.getCurrentThreadAllocatedBytes();
        assertThat(decoder.result()).isNull();
        assertThat(deltas).isGreaterThanOrEqualTo(events);
        return after - before;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void takesMemoryInProportionToItsLength(Case tested) {
        // Given
        allocated(tested, EVENTS);
        // When
        long once = allocated(tested, EVENTS);
        long tenTimes = allocated(tested, 10 * EVENTS);
        // Then
        assertThat((double) tenTimes / once).isBetween(5.0, 14.0);
    }
}

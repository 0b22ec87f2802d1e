package dev.millrace.worker.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.avro.OutputFormat;
import dev.millrace.avro.OutputKind;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolChoice;
import dev.millrace.avro.ToolChoiceMode;
import dev.millrace.avro.Usage;
import dev.millrace.worker.Dispatches;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.Reading;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.VendorResult.Refused;
import dev.millrace.worker.provider.VendorResult.Throttled;
import dev.millrace.worker.provider.VendorResult.Truncated;
import dev.millrace.worker.provider.VendorResult.Unanswered;
import dev.millrace.worker.provider.VendorResult.Unavailable;
import dev.millrace.worker.transport.Allowance;
import dev.millrace.worker.transport.Deadlines;
import dev.millrace.worker.transport.EventLoops;
import dev.millrace.worker.transport.Overrun;
import dev.millrace.worker.transport.VendorAttempt;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The scripted vendor through the same decoder and deadlines as every vendor. */
class LocalVendorTest {
    private static final Deadlines SHORT = new Deadlines(300, 300, 300, 300, 300, 60_000, 1);
    private static final Vertx VERTX = Vertx.vertx();
    private static final EventLoops LOOPS = EventLoops.on(VERTX, 1);
    private static final LocalTransport TRANSPORT = new LocalTransport(new LocalVendor());
    private static final LocalAdapter ADAPTER = new LocalAdapter(DecoderLimits.DEFAULTS, InstantSource.system());

    private record Ran(
            List<Delta> deltas,
            VendorResult result,
            @Nullable Overrun overrun,
            @Nullable Usage usage) {
        Reading.Choice choice() {
            return Reading.of(deltas).choice(0);
        }
    }

    @AfterAll
    static void close() {
        var _ = VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private static Ran run(String model, ChatInput chat, int attempt, boolean streaming) throws Exception {
        var order = Dispatches.order("local", model, chat).build();
        var streamed = AttemptOrder.newBuilder(order)
                .setRequest(InferenceRequest.newBuilder(order.getRequest())
                        .setDelivery(new Delivery(streaming, true, false, OnDisconnect.FINISH))
                        .build())
                .build();
        var call = ((Rendered) ADAPTER.render(streamed, attempt)).call();
        Queue<Delta> deltas = new ConcurrentLinkedQueue<>();
        var done = new CompletableFuture<Ran>();
        var decoder = ADAPTER.newDecoder(call);
        var context = LOOPS.next();
        context.runOnContext(_ -> VendorAttempt.start(
                context,
                TRANSPORT,
                call,
                decoder,
                SHORT,
                Allowance.untilJobDeadline(5_000),
                (pieces, result, overrun) -> {
                    deltas.addAll(pieces);
                    if (result != null) {
                        done.complete(new Ran(List.copyOf(deltas), result, overrun, decoder.usage()));
                    }
                }));
        return done.get(20, TimeUnit.SECONDS);
    }

    private static Ran run(String model, String text, String local) throws Exception {
        var chat = Dispatches.chat(text).setExtensions(Map.of("local", local));
        return run(model, chat.build(), 1, true);
    }

    private static ChatInput.Builder quick(String text) {
        return Dispatches.chat(text).setExtensions(Map.of("local", "{\"gap_millis\":0}"));
    }

    @Test
    void echoesTheLastUserMessageWithItsWhiteSpace() throws Exception {
        var ran = run("echo", "  Hello\n big  world ", "{\"gap_millis\":1}");
        assertThat(ran.result()).isInstanceOf(Finished.class);
        assertThat(ran.choice().text).isEqualTo("  Hello\n big  world ");
        assertThat(ran.choice().finish).isEqualTo("stop");
        var usage = Objects.requireNonNull(ran.usage());
        assertThat(usage.getInputTokens()).isEqualTo(4);
        assertThat(usage.getOutputTokens()).isEqualTo(4);
    }

    @Test
    void answersTheSameWholeAsStreamed() throws Exception {
        var streamed = run("think", quick("one two").build(), 1, true);
        var whole = run("think", quick("one two").build(), 1, false);
        assertThat(whole.result()).isInstanceOf(Finished.class);
        assertThat(whole.choice().toString()).isEqualTo(streamed.choice().toString());
        assertThat(whole.choice().reasoning).isEqualTo("The user says: one two");
        assertThat(whole.usage()).isEqualTo(streamed.usage());
    }

    @Test
    void makesTheSameTextForTheSameSeed() throws Exception {
        var first =
                run("lorem", "x", "{\"gap_millis\":0,\"tokens\":50,\"seed\":7}").choice().text;
        assertThat(run("lorem", "x", "{\"gap_millis\":0,\"tokens\":50,\"seed\":7}")
                        .choice()
                        .text)
                .isEqualTo(first);
        assertThat(run("lorem", "x", "{\"gap_millis\":0,\"tokens\":50,\"seed\":8}")
                        .choice()
                        .text)
                .isNotEqualTo(first);
        assertThat(first.split(" ", -1)).hasSize(50);
    }

    @Test
    void stopsAtTheTokenLimit() throws Exception {
        var ran = run(
                "echo",
                quick("a b c d")
                        .setSampling(Sampling.newBuilder().setMaxOutputTokens(2).build())
                        .build(),
                1,
                true);
        assertThat(ran.choice().text).isEqualTo("a b");
        assertThat(ran.choice().finish).isEqualTo("length");
    }

    @Test
    void callsAToolWithArgumentsOfItsSchema() throws Exception {
        var schema =
                "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\",\"minimum\":3}}}";
        var tool = Tool.newBuilder().setName("weather").setParameters(schema).build();
        var demanded = ToolChoice.newBuilder()
                .setMode(ToolChoiceMode.NAMED)
                .setName("weather")
                .build();
        for (var chat : List.of(
                quick("Paris").setTools(List.of(tool)).build(),
                quick("Paris").setTools(List.of(tool)).setToolChoice(demanded).build())) {
            var ran = run(chat.getToolChoice() == null ? "tools" : "echo", chat, 1, true);
            assertThat(ran.result()).isInstanceOf(Finished.class);
            assertThat(ran.choice().calls).hasSize(1);
            assertThat(ran.choice().calls.getFirst().arguments).isEqualTo("{\"city\":\"Paris\",\"days\":3}");
            assertThat(ran.choice().finish).isEqualTo("tool_calls");
        }
    }

    @Test
    void answersInTheFormatAskedFor() throws Exception {
        var format = OutputFormat.newBuilder().setKind(OutputKind.JSON_OBJECT).build();
        assertThat(run("echo", quick("hi there").setOutputFormat(format).build(), 1, true)
                        .choice()
                        .text)
                .isEqualTo("{\"echo\":\"hi there\"}");
    }

    @ParameterizedTest
    @EnumSource(LocalFailure.class)
    void everyFailureHasTheResultOfItsKindAndNeverSucceeds(LocalFailure failure) throws Exception {
        for (boolean streaming : new boolean[] {true, false}) {
            var chat = Dispatches.chat("one two three four five")
                    .setExtensions(Map.of(
                            "local",
                            "{\"gap_millis\":1,\"fail\":\"" + failure.name().toLowerCase(Locale.ROOT) + "\"}"));
            var ran = run("echo", chat.build(), 1, streaming);
            assertThat(ran.result()).as("streaming %s", streaming).isInstanceOfAny(expected(failure));
        }
    }

    private static Class<?>[] expected(LocalFailure failure) {
        return switch (failure) {
            case STATUS_400, STATUS_401, STATUS_402, STATUS_403, STATUS_404 -> new Class<?>[] {Refused.class};
            case STATUS_429, STATUS_529 -> new Class<?>[] {Throttled.class};
            case STATUS_408, STATUS_500, STATUS_502, STATUS_503, STATUS_504, CONNECT_REFUSED, ERROR_IN_STREAM ->
                new Class<?>[] {Unavailable.class};
            case HANG_BEFORE_HEADERS, HANG_BEFORE_FIRST_TOKEN -> new Class<?>[] {Unanswered.class};
            case HANG_MID_STREAM, TRICKLE, TRICKLE_BYTES -> new Class<?>[] {Truncated.class, Unanswered.class};
            case TRUNCATE, RESET -> new Class<?>[] {Truncated.class};
            case MALFORMED_JSON -> new Class<?>[] {Malformed.class};
            case HUGE_LINE -> new Class<?>[] {Malformed.class, Unanswered.class};
        };
    }

    @Test
    void failsInMidStreamAfterSoManyTokens() throws Exception {
        var ran = run("echo", "a b c d e", "{\"gap_millis\":1,\"fail\":\"reset\",\"at\":2}");
        assertThat(ran.choice().text).isEqualTo("a b");
        assertThat(ran.result()).isInstanceOf(Truncated.class);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "57", "300", "500", "700"})
    void truncatesAtAnyByte(long at) throws Exception {
        var ran = run("echo", "a b c d e", "{\"gap_millis\":0,\"fail\":\"truncate\",\"at_byte\":" + at + "}");
        assertThat(ran.result()).isInstanceOf(Truncated.class);
    }

    @Test
    void failsOnlyTheFirstAttempts() throws Exception {
        var local = "{\"gap_millis\":0,\"fail\":\"503\",\"fail_attempts\":2}";
        var chat = Dispatches.chat("hi").setExtensions(Map.of("local", local)).build();
        assertThat(run("echo", chat, 1, true).result()).isInstanceOf(Unavailable.class);
        assertThat(run("echo", chat, 2, true).result()).isInstanceOf(Unavailable.class);
        assertThat(run("echo", chat, 3, true).result()).isInstanceOf(Finished.class);
    }

    @Test
    void namesTheWaitItIsToldTo() throws Exception {
        assertThat(run("fail-429", "x", "{\"retry_after\":0.25}").result())
                .isInstanceOfSatisfying(
                        Throttled.class, it -> assertThat(it.retryAfterMillis()).isEqualTo(250));
    }

    @Test
    void refusesAScriptThatDoesNotExist() throws Exception {
        assertThat(run("echo", "x", "{\"fail\":\"explode\"}").result()).isInstanceOf(Refused.class);
        assertThat(run("fail-explode", "x", "{}").result()).isInstanceOf(Refused.class);
        assertThat(run("echo", "x", "7").result()).isInstanceOf(Refused.class);
    }
}

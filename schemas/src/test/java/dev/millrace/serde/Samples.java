package dev.millrace.serde;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delta;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.FinishReason;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.JobCommand;
import dev.millrace.avro.JobControl;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.MediaDelta;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Message;
import dev.millrace.avro.OpaquePart;
import dev.millrace.avro.Part;
import dev.millrace.avro.ProgressDelta;
import dev.millrace.avro.ReasoningDelta;
import dev.millrace.avro.ReasoningPart;
import dev.millrace.avro.RefusalDelta;
import dev.millrace.avro.RefusalPart;
import dev.millrace.avro.Sampling;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.TokenLogprob;
import dev.millrace.avro.Tool;
import dev.millrace.avro.ToolCallDelta;
import dev.millrace.avro.ToolCallPart;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.avro.Usage;
import dev.millrace.avro.VectorDelta;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One value of each large record, with every branch of its unions taken. */
public final class Samples {
    /** Stands in every text of a client's; must turn up nowhere but in values. */
    public static final String CANARY = "canary-7c41";

    private Samples() {}

    /** A small record. */
    public static JobControl control() {
        return JobControl.newBuilder()
                .setJobId("a")
                .setAccount("b")
                .setCommand(JobCommand.CANCEL)
                .setReason(CANARY)
                .setCreatedAtMillis(1)
                .build();
    }

    /** A request with parts of every kind. */
    public static InferenceRequest request() {
        var parts = List.of(
                part(TextPart.newBuilder().setText(CANARY + " ünïcödé 🌊").build()),
                part(MediaPart.newBuilder()
                        .setKind(MediaKind.IMAGE)
                        .setMimeType("image/png")
                        .setData(bytes("not really a picture"))
                        .build()),
                part(ToolCallPart.newBuilder()
                        .setCallId("call-1")
                        .setName("weather")
                        .setArguments("{\"city\":\"Kyiv\"}")
                        .build()),
                part(ToolResultPart.newBuilder()
                        .setCallId("call-1")
                        .setParts(List.of(
                                part(TextPart.newBuilder().setText("sunny").build())))
                        .build()),
                part(ReasoningPart.newBuilder()
                        .setText("hm")
                        .setSignature("sig")
                        .build()),
                part(RefusalPart.newBuilder().setText("no").build()),
                part(OpaquePart.newBuilder()
                        .setDialect("anthropic")
                        .setType("x")
                        .setJson("{}")
                        .build()));
        var message = Message.newBuilder().setRole("user").setParts(parts).build();
        var chat = ChatInput.newBuilder()
                .setMessages(List.of(message))
                .setTools(List.of(
                        Tool.newBuilder().setName("weather").setStrict(true).build()))
                .setSampling(Sampling.newBuilder()
                        .setTemperature(0.7)
                        .setStop(List.of("\n\n"))
                        .setLogitBias(Map.of("50256", -100.0))
                        .build())
                .setExtensions(Map.of("user", "\"" + CANARY + "\""))
                .build();
        return InferenceRequest.newBuilder()
                .setJobId("order-4711")
                .setAccount("acme")
                .setFingerprint(bytes("32 bytes"))
                .setModel("local/echo")
                .setInput(chat)
                .setMetadata(Map.of("team", "search"))
                .setCreatedAtMillis(1_767_225_600_000L)
                .build();
    }

    /** A result with deltas of every kind and an end. */
    public static InferenceResult result() {
        var logprob = TokenLogprob.newBuilder().setToken("a").setLogprob(-0.5).build();
        var top = TokenLogprob.newBuilder(logprob).setTop(List.of(logprob)).build();
        var contents = List.of(
                TextDelta.newBuilder().setText(CANARY).setLogprobs(List.of(top)).build(),
                ReasoningDelta.newBuilder().setText("hm").build(),
                RefusalDelta.newBuilder().setText("no").build(),
                ToolCallDelta.newBuilder().setIndex(0).setName("weather").build(),
                MediaDelta.newBuilder()
                        .setKind(MediaKind.AUDIO)
                        .setData(bytes("la"))
                        .build(),
                VectorDelta.newBuilder().setValues(List.of(0.5f, -1f)).build(),
                ItemDelta.newBuilder()
                        .setDialect("openai")
                        .setType("x")
                        .setJson("{}")
                        .build(),
                ProgressDelta.newBuilder().setState("queued").build(),
                FinishDelta.newBuilder().setReason(FinishReason.STOP).build());
        var deltas = new ArrayList<Delta>();
        contents.forEach(
                content -> deltas.add(Delta.newBuilder().setContent(content).build()));
        return InferenceResult.newBuilder()
                .setJobId("order-4711")
                .setAccount("acme")
                .setAttempt(1)
                .setEpoch(2)
                .setSeq(3)
                .setCreatedAtMillis(1_767_225_600_123L)
                .setDeltas(deltas)
                .setTerminal(Terminal.newBuilder()
                        .setStatus(JobStatus.COMPLETED)
                        .setUsage(Usage.newBuilder()
                                .setInputTokens(7)
                                .setUnits(Map.of("image", 1L))
                                .build())
                        .build())
                .build();
    }

    /** Tool results within one another. */
    public static InferenceRequest nested(int depth) {
        var inner = part(TextPart.newBuilder().setText("core").build());
        for (int i = 0; i < depth; i++) {
            inner = part(ToolResultPart.newBuilder()
                    .setCallId("c")
                    .setParts(List.of(inner))
                    .build());
        }
        var message =
                Message.newBuilder().setRole("tool").setParts(List.of(inner)).build();
        return InferenceRequest.newBuilder()
                .setAccount("acme")
                .setModel("local/echo")
                .setInput(ChatInput.newBuilder().setMessages(List.of(message)).build())
                .build();
    }

    private static Part part(Object content) {
        return Part.newBuilder().setContent(content).build();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}

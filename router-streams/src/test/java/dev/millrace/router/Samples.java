package dev.millrace.router;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.JobCommand;
import dev.millrace.avro.JobControl;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Message;
import dev.millrace.avro.Operation;
import dev.millrace.avro.OutcomeKind;
import dev.millrace.avro.Part;
import dev.millrace.avro.Routing;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.catalogue.Model;
import dev.millrace.catalogue.Prices;
import dev.millrace.catalogue.Provider;
import dev.millrace.catalogue.Traits;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests, outcomes and a catalogue to test with. */
public final class Samples {
    public static final String ACCOUNT = "acme";
    public static final String ALPHA = "alpha/large";
    public static final String BETA = "beta/large";
    public static final String GAMMA = "gamma/large";

    private Samples() {}

    /** Three providers that serve the same model at one, two and three nano-dollars per token. */
    public static Catalogue catalogue() {
        return new Catalogue(
                List.of(provider("alpha"), provider("beta"), provider("gamma"), provider("free")),
                List.of(
                        model(ALPHA, "alpha", 1_000_000),
                        model(BETA, "beta", 2_000_000),
                        model(GAMMA, "gamma", 3_000_000),
                        new Model(
                                "free/unpriced",
                                "free",
                                "unpriced",
                                Set.of(Operation.CHAT),
                                0,
                                0,
                                Traits.of(Set.of(Operation.CHAT)),
                                null,
                                Map.of(),
                                List.of())));
    }

    private static Provider provider(String id) {
        return new Provider(id, "local", null, "default", null, false, Map.of(), Map.of(), 100, false, null);
    }

    private static Model model(String id, String provider, long nanosPerMillion) {
        var prices = new Prices(Map.of("input", nanosPerMillion, "output", nanosPerMillion));
        var chat = Set.of(Operation.CHAT);
        return new Model(id, provider, "large", chat, 0, 0, Traits.of(chat), prices, Map.of(), List.of());
    }

    public static InferenceRequest.Builder request(String jobId) {
        return InferenceRequest.newBuilder()
                .setJobId(jobId)
                .setAccount(ACCOUNT)
                .setModel(ALPHA)
                .setInput(ChatInput.newBuilder()
                        .setMessages(List.of(message("user", "hello")))
                        .build());
    }

    public static Message message(String role, String text) {
        var part = Part.newBuilder()
                .setContent(TextPart.newBuilder().setText(text).build())
                .build();
        return Message.newBuilder().setRole(role).setParts(List.of(part)).build();
    }

    public static Routing fallbacks(String... models) {
        return Routing.newBuilder().setFallbacks(List.of(models)).build();
    }

    public static JobControl cancel(String jobId) {
        return JobControl.newBuilder()
                .setJobId(jobId)
                .setAccount(ACCOUNT)
                .setCommand(JobCommand.CANCEL)
                .setCreatedAtMillis(0)
                .build();
    }

    public static Usage usage(long input, long output) {
        return Usage.newBuilder().setInputTokens(input).setOutputTokens(output).build();
    }

    public static AttemptOutcome.Builder outcome(String jobId, int attempt, OutcomeKind kind) {
        return AttemptOutcome.newBuilder()
                .setJobId(jobId)
                .setAccount(ACCOUNT)
                .setAttempt(attempt)
                .setEpoch(1)
                .setWorker("worker-1")
                .setProvider("alpha")
                .setModel(ALPHA)
                .setKind(kind)
                .setStartedAtMillis(0)
                .setEndedAtMillis(0);
    }

    public static AttemptOutcome completed(String jobId, int attempt, long offset) {
        return ended(jobId, attempt, OutcomeKind.COMPLETED, JobStatus.COMPLETED, usage(10, 20), offset)
                .build();
    }

    public static AttemptOutcome.Builder ended(
            String jobId, int attempt, OutcomeKind kind, JobStatus status, @Nullable Usage usage, long offset) {
        return outcome(jobId, attempt, kind)
                .setContentDelivered(usage != null)
                .setUsage(usage)
                .setTerminal(
                        Terminal.newBuilder().setStatus(status).setUsage(usage).build())
                .setTerminalOffset(offset);
    }

    /** The report of a worker that wrote what the router announced. */
    public static AttemptOutcome announced(InferenceDispatch dispatch, Terminal end, long offset) {
        return outcome(dispatch.getJobId(), dispatch.getAttempt(), OutcomeKind.ANNOUNCED)
                .setProvider("")
                .setModel("")
                .setTerminal(end)
                .setTerminalOffset(offset)
                .build();
    }

    public static ErrorDetail error(String code) {
        return ErrorDetail.newBuilder()
                .setCode(code)
                .setMessage("vendor says " + code)
                .setHttpStatus(502)
                .build();
    }
}

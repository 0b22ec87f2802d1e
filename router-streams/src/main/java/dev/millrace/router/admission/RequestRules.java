package dev.millrace.router.admission;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Message;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.ToolResultPart;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.JobId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a request must be, beside its model and its deadline. Anyone who may write to the topic may have written it. Pure. */
public final class RequestRules {
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");
    static final int MAX_KEY_CHARS = 255;
    private static final int MAX_FINGERPRINT_BYTES = 64;
    private static final int MAX_METADATA = 64;
    private static final int MAX_PRIORITY = 100;
    private static final int MAX_ATTEMPTS = 3;
    private static final long MAX_TIMEOUT_MILLIS = 7L * 24 * 3600 * 1000;

    private final RequestLimits limits;

    public RequestRules(RequestLimits limits) {
        this.limits = limits;
    }

    /** The first thing that is wrong, if anything is. */
    public Optional<Fault> check(InferenceRequest request, int bytes) {
        return firstOf(Stream.of(size(bytes), ids(request), routing(request), input(request)));
    }

    private @Nullable Fault size(int bytes) {
        return bytes <= limits.maxRequestBytes()
                ? null
                : new Fault(
                        ErrorCode.REQUEST_TOO_LARGE,
                        "the encoded request may have " + limits.maxRequestBytes() + " bytes, got " + bytes,
                        null);
    }

    private static @Nullable Fault ids(InferenceRequest request) {
        if (!request.getJobId().isEmpty() && !JobId.isValid(request.getJobId())) {
            return Fault.invalid("jobId", "must be 1 to 128 characters of A-Z a-z 0-9 _ -");
        }
        if (longer(request.getCorrelationId(), MAX_KEY_CHARS)) {
            return Fault.invalid("correlationId", "may have " + MAX_KEY_CHARS + " characters");
        }
        var key = request.getIdempotencyKey();
        if (key != null && (key.isEmpty() || key.length() > MAX_KEY_CHARS)) {
            return Fault.invalid("idempotencyKey", "must have 1 to " + MAX_KEY_CHARS + " characters");
        }
        var fingerprint = request.getFingerprint();
        if (fingerprint != null && fingerprint.remaining() > MAX_FINGERPRINT_BYTES) {
            return Fault.invalid("fingerprint", "may have " + MAX_FINGERPRINT_BYTES + " bytes");
        }
        if (request.getMetadata().size() > MAX_METADATA) {
            return Fault.invalid("metadata", "may have " + MAX_METADATA + " entries");
        }
        if (request.getPriority() < -MAX_PRIORITY || request.getPriority() > MAX_PRIORITY) {
            return Fault.invalid("priority", "must be -100..100, got " + request.getPriority());
        }
        return null;
    }

    private @Nullable Fault routing(InferenceRequest request) {
        var routing = request.getRouting();
        if (routing.getFallbacks().size() > limits.maxFallbacks()) {
            return Fault.invalid("routing.fallbacks", "may name " + limits.maxFallbacks() + " models");
        }
        var attempts = routing.getMaxAttempts();
        if (attempts != null && (attempts < 1 || attempts > MAX_ATTEMPTS)) {
            return Fault.invalid("routing.maxAttempts", "must be 1..3, got " + attempts);
        }
        if (!isTimeout(routing.getFirstTokenTimeoutMillis())) {
            return Fault.invalid("routing.firstTokenTimeoutMillis", "must be 1.." + MAX_TIMEOUT_MILLIS);
        }
        if (!isTimeout(routing.getTotalTimeoutMillis())) {
            return Fault.invalid("routing.totalTimeoutMillis", "must be 1.." + MAX_TIMEOUT_MILLIS);
        }
        return null;
    }

    private @Nullable Fault input(InferenceRequest request) {
        if (request.getOperation() == Operation.UNKNOWN) {
            return Fault.invalid("operation", "is not known here");
        }
        return switch (request.getInput()) {
            case ChatInput chat -> chat(request.getOperation(), chat);
            case TaskInput task -> task(request.getOperation(), task);
            case Object other ->
                Fault.invalid("input", "is not known here: " + other.getClass().getSimpleName());
        };
    }

    private @Nullable Fault chat(Operation operation, ChatInput chat) {
        if (operation != Operation.CHAT && operation != Operation.COMPLETION && operation != Operation.RUN) {
            return Fault.invalid("input", "a conversation cannot be given to " + operation);
        }
        var messages = chat.getMessages();
        if (messages.isEmpty() || messages.size() > limits.maxMessages()) {
            return Fault.invalid("input.messages", "must be 1.." + limits.maxMessages() + ", got " + messages.size());
        }
        var sampling = chat.getSampling();
        var maxTokens = sampling == null ? null : sampling.getMaxOutputTokens();
        if (maxTokens != null && maxTokens < 1) {
            return Fault.invalid("input.sampling.maxOutputTokens", "must be positive, got " + maxTokens);
        }
        return firstOf(IntStream.range(0, messages.size())
                        .mapToObj(i -> message("input.messages[" + i + "]", messages.get(i))))
                .orElse(null);
    }

    private static @Nullable Fault message(String path, Message message) {
        return ROLES.contains(message.getRole())
                ? parts(path + ".parts", message.getParts())
                : Fault.invalid(path + ".role", "must be one of system, developer, user, assistant, tool");
    }

    private static @Nullable Fault task(Operation operation, TaskInput task) {
        if (operation == Operation.CHAT) {
            return Fault.invalid("input", "CHAT takes a conversation");
        }
        if (task.getParts().isEmpty() && task.getParameters().isEmpty()) {
            return Fault.invalid("input.parts", "must not be empty");
        }
        return parts("input.parts", task.getParts());
    }

    private static @Nullable Fault parts(String path, List<Part> parts) {
        return firstOf(IntStream.range(0, parts.size())
                        .mapToObj(i -> part(path + "[" + i + "]", parts.get(i).getContent())))
                .orElse(null);
    }

    private static @Nullable Fault part(String path, Object content) {
        return switch (content) {
            case MediaPart media -> media(path, media);
            case ToolResultPart result -> parts(path + ".parts", result.getParts());
            case Object _ -> null;
        };
    }

    private static @Nullable Fault media(String path, MediaPart media) {
        long given = Stream.of(media.getData(), media.getUrl(), media.getFileId())
                .filter(Objects::nonNull)
                .count();
        return given == 1 ? null : Fault.invalid(path, "must have exactly one of data, url, fileId");
    }

    private static boolean longer(@Nullable String text, int max) {
        return text != null && text.length() > max;
    }

    private static boolean isTimeout(@Nullable Long millis) {
        return millis == null || (millis > 0 && millis <= MAX_TIMEOUT_MILLIS);
    }

    private static Optional<Fault> firstOf(Stream<@Nullable Fault> faults) {
        return faults.filter(Objects::nonNull).map(Objects::requireNonNull).findFirst();
    }
}

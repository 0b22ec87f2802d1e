package dev.millrace.ingress.openai;

import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Routing;
import dev.millrace.ingress.options.CallOptions;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A chat completion as its caller asked for it, before it has a job id and an account.
 *
 * @param metadata the dialect's own and that of the options
 * @param fingerprint of the canonical body
 */
public record ChatCall(
        String model,
        ChatInput input,
        boolean stream,
        boolean includeUsage,
        CallOptions options,
        Map<String, String> metadata,
        Fingerprint fingerprint) {
    /** Name of this dialect in records. */
    public static final String DIALECT = "openai-chat";

    /** Who submits, and under which names. */
    public record Submitter(
            JobId job,
            AccountId account,
            @Nullable String keyId,
            @Nullable String idempotencyKey,
            Instant now) {}

    /** The models asked for: the first, then the fallbacks. */
    public List<String> models() {
        var models = new ArrayList<String>();
        models.add(model);
        models.addAll(options.fallbacks());
        return List.copyOf(models);
    }

    /** The record to publish. */
    public InferenceRequest request(Submitter submitter) {
        return InferenceRequest.newBuilder()
                .setJobId(submitter.job().value())
                .setAccount(submitter.account().value())
                .setIdempotencyKey(submitter.idempotencyKey())
                .setFingerprint(fingerprint.bytes())
                .setOperation(Operation.CHAT)
                .setLane(options.lane())
                .setPriority(options.priority())
                .setModel(model)
                .setInput(input)
                .setDelivery(delivery())
                .setRouting(routing())
                .setDialect(DIALECT)
                .setMetadata(new LinkedHashMap<>(metadata))
                .setKeyId(submitter.keyId())
                .setCreatedAtMillis(submitter.now().toEpochMilli())
                .setDeadlineAtMillis(options.deadlineAtMillis())
                .build();
    }

    private Delivery delivery() {
        return Delivery.newBuilder()
                .setStream(stream)
                .setIncludeUsage(includeUsage)
                .setAcceptRestart(options.acceptRestart())
                .setOnDisconnect(options.onDisconnect())
                .build();
    }

    private Routing routing() {
        return Routing.newBuilder()
                .setFallbacks(options.fallbacks())
                .setMaxAttempts(options.maxAttempts())
                .setFirstTokenTimeoutMillis(options.firstTokenTimeoutMillis())
                .setTotalTimeoutMillis(options.totalTimeoutMillis())
                .build();
    }
}

package dev.millrace.ingress.dialect;

import dev.millrace.avro.Delivery;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Routing;
import dev.millrace.ingress.options.CallOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a caller asked for, before it has a job id and an account.
 *
 * @param dialect its name in records
 * @param input a {@code ChatInput} or a {@code TaskInput}
 * @param metadata the dialect's own and that of the options
 * @param fingerprint of everything that was asked for
 */
public record Call(
        Operation operation,
        String dialect,
        String model,
        SpecificRecord input,
        Answer answer,
        CallOptions options,
        Map<String, String> metadata,
        Fingerprint fingerprint) {
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
                .setOperation(operation)
                .setLane(options.lane())
                .setPriority(options.priority())
                .setModel(model)
                .setInput(input)
                .setDelivery(delivery())
                .setRouting(routing())
                .setDialect(dialect)
                .setMetadata(new LinkedHashMap<>(metadata))
                .setKeyId(submitter.keyId())
                .setCreatedAtMillis(submitter.now().toEpochMilli())
                .setDeadlineAtMillis(options.deadlineAtMillis())
                .build();
    }

    private Delivery delivery() {
        return Delivery.newBuilder()
                .setStream(answer.stream())
                .setIncludeUsage(answer.includeUsage())
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

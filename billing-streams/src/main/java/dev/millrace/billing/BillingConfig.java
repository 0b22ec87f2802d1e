package dev.millrace.billing;

import dev.millrace.registry.RegistryConfig;
import dev.millrace.streams.ProcessingGuarantee;
import dev.millrace.streams.StreamsSettings;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicSettings;
import java.time.Duration;

/**
 * Everything billing needs to be told. Billing is always exactly once.
 *
 * @param applicationId consumer group and prefix of the changelogs; default {@code billing-streams}
 * @param keepSettlements how long a posted settlement is remembered, at least the 30 days that its topic keeps it; default 35 days
 * @param forgetEvery how often older ones are removed, 1 s - 1 day; default 1 min
 */
public record BillingConfig(
        String applicationId,
        KafkaConnection kafka,
        RegistryConfig registry,
        TopicSettings topics,
        StreamsSettings streams,
        Duration keepSettlements,
        Duration forgetEvery) {
    public static final String APPLICATION_ID = "billing-streams";
    public static final Duration KEEP_SETTLEMENTS = Duration.ofDays(35);
    public static final Duration FORGET_EVERY = Duration.ofMinutes(1);

    private static final Duration LEAST_KEPT = Duration.ofDays(30);

    public BillingConfig {
        if (applicationId.isBlank()) {
            throw new IllegalArgumentException("billing.application-id: must not be empty");
        }
        if (streams.guarantee() == ProcessingGuarantee.AT_LEAST_ONCE) {
            throw new IllegalArgumentException("billing.streams.guarantee: money is counted exactly once");
        }
        if (keepSettlements.compareTo(LEAST_KEPT) < 0) {
            throw new IllegalArgumentException(
                    "billing.keep-settlements: must be at least P30D, got " + keepSettlements);
        }
        if (forgetEvery.compareTo(Duration.ofSeconds(1)) < 0 || forgetEvery.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("billing.forget-every: must be PT1S..P1D, got " + forgetEvery);
        }
    }

    /** Defaults for everything that has one. */
    public static BillingConfig of(
            KafkaConnection kafka, RegistryConfig registry, TopicSettings topics, StreamsSettings streams) {
        return new BillingConfig(APPLICATION_ID, kafka, registry, topics, streams, KEEP_SETTLEMENTS, FORGET_EVERY);
    }
}

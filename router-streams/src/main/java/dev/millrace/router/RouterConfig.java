package dev.millrace.router;

import dev.millrace.catalogue.Catalogue;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.router.admission.Admission;
import dev.millrace.router.admission.RequestLimits;
import dev.millrace.router.admission.RequestRules;
import dev.millrace.router.admission.RoutePlan;
import dev.millrace.router.course.DeadlinePolicy;
import dev.millrace.router.course.RetryPolicy;
import dev.millrace.router.processor.Alarms;
import dev.millrace.router.processor.RetryBudgets;
import dev.millrace.router.processor.RouterRules;
import dev.millrace.router.window.WindowPolicy;
import dev.millrace.serde.Codecs;
import dev.millrace.streams.StreamsSettings;
import dev.millrace.topic.KafkaConnection;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Everything the router needs to be told.
 *
 * @param applicationId consumer group and prefix of the changelogs; default {@code router-streams}
 * @param wakeEvery resolution of due times, 1 ms - 10 s; default 10 ms
 */
public record RouterConfig(
        String applicationId,
        KafkaConnection kafka,
        RegistryConfig registry,
        TopicSettings topics,
        StreamsSettings streams,
        RequestLimits limits,
        WindowPolicy windows,
        DeadlinePolicy deadlines,
        RetryPolicy retry,
        Duration wakeEvery) {
    public static final String APPLICATION_ID = "router-streams";
    public static final Duration WAKE_EVERY = Duration.ofMillis(10);

    public RouterConfig {
        if (applicationId.isBlank()) {
            throw new IllegalArgumentException("router.application-id: must not be empty");
        }
        if (wakeEvery.compareTo(Duration.ofMillis(1)) < 0 || wakeEvery.compareTo(Duration.ofSeconds(10)) > 0) {
            throw new IllegalArgumentException("router.wake-every: must be PT0.001S..PT10S, got " + wakeEvery);
        }
    }

    /** Defaults for everything that has one. */
    public static RouterConfig of(
            KafkaConnection kafka, RegistryConfig registry, TopicSettings topics, StreamsSettings streams) {
        return new RouterConfig(
                APPLICATION_ID,
                kafka,
                registry,
                topics,
                streams,
                RequestLimits.DEFAULTS,
                WindowPolicy.DEFAULTS,
                DeadlinePolicy.DEFAULTS,
                RetryPolicy.DEFAULTS,
                WAKE_EVERY);
    }

    RouterRules rules(Supplier<Catalogue> catalogue, Codecs codecs) {
        var admission =
                new Admission(new RequestRules(limits), new RoutePlan(catalogue), deadlines, retry.maxAttempts());
        return new RouterRules(
                admission,
                retry,
                new RetryBudgets(retry),
                deadlines,
                windows,
                codecs.codec(new TopicCatalogue(topics).accounts()),
                topics.pools().getFirst(),
                streams.guarantee().commitsPerBatch(),
                new Alarms(wakeEvery));
    }
}

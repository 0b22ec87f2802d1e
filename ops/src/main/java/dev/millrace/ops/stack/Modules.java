package dev.millrace.ops.stack;

import dev.millrace.access.Secret;
import dev.millrace.billing.Billing;
import dev.millrace.billing.BillingConfig;
import dev.millrace.egress.Egress;
import dev.millrace.egress.EgressConfig;
import dev.millrace.ingress.Ingress;
import dev.millrace.ingress.IngressConfig;
import dev.millrace.router.Router;
import dev.millrace.router.RouterConfig;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerConfig;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Starts modules on a foundation, each registered for its leaving before it runs. Every method blocks until its module is ready and
 * throws {@link StackException} when it cannot be; any number may run at once.
 */
final class Modules {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Foundation foundation;
    private final Departure departure;

    Modules(Foundation foundation, Departure departure) {
        this.foundation = foundation;
        this.departure = departure;
    }

    Router router(RouterConfig config) {
        var router = departure.add(Departure.Stage.DECIDING, "router", new Router(config, foundation.catalogue()));
        router.start();
        foundation.health().component("router", router::ready);
        foundation.health().watch("router", router::failure);
        measure(router.streams());
        Readiness.await("router", router::ready, router::failure, PATIENCE);
        return router;
    }

    Billing billing(BillingConfig config) {
        var billing = departure.add(Departure.Stage.DECIDING, "billing", new Billing(config));
        billing.start();
        foundation.health().component("billing", billing::ready);
        foundation.health().watch("billing", billing::failure);
        measure(billing.streams());
        Readiness.await("billing", billing::ready, billing::failure, PATIENCE);
        return billing;
    }

    Worker worker(WorkerConfig config) {
        var worker = departure.add(
                Departure.Stage.WORKING,
                "worker",
                new Worker(
                        config,
                        foundation.kafka(),
                        foundation.topics(),
                        foundation.codecs(),
                        foundation.catalogue(),
                        foundation.vertx(),
                        foundation.environment()));
        worker.start();
        foundation.health().component("worker", worker::ready);
        worker.stopped().thenAccept(reason -> {
            if (!departure.begun()) {
                foundation.health().fail("A worker cannot go on: " + reason);
            }
        });
        Readiness.await("worker", worker::ready, () -> null, PATIENCE);
        return worker;
    }

    Egress egress(EgressConfig config) {
        var egress = departure.add(
                Departure.Stage.READING,
                "egress",
                new Egress(foundation.vertx(), foundation.kafka(), foundation.topics(), foundation.codecs(), config));
        foundation.health().component("egress", egress::ready);
        await("egress", egress.start());
        return egress;
    }

    Ingress ingress(IngressConfig config, Egress egress, Secret pepper) {
        var ingress = departure.add(
                Departure.Stage.SERVING,
                "ingress",
                new Ingress(
                        foundation.vertx(),
                        foundation.kafka(),
                        foundation.topics(),
                        foundation.codecs(),
                        egress,
                        foundation.catalogue(),
                        pepper,
                        foundation.meters(),
                        config));
        foundation.health().component("ingress", ingress::ready);
        await("ingress", ingress.start());
        return ingress;
    }

    private void measure(KafkaStreams streams) {
        new KafkaStreamsMetrics(streams).bindTo(foundation.meters());
    }

    private static void await(String part, Future<Void> start) {
        try {
            start.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new StackException("The " + part + " could not start: " + e.getCause(), e);
        }
    }
}

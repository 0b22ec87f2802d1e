package dev.millrace.ops.stack;

import static dev.millrace.ops.stack.Phases.await;

import dev.millrace.egress.access.Scope;
import dev.millrace.job.AccountId;
import dev.millrace.ops.broker.EmbeddedBroker;
import dev.millrace.ops.broker.EmbeddedBrokerConfig;
import dev.millrace.ops.client.Endpoints;
import dev.millrace.ops.client.EndpointsFile;
import dev.millrace.ops.config.BillingSection;
import dev.millrace.ops.config.CatalogueSection;
import dev.millrace.ops.config.Configuration;
import dev.millrace.ops.config.EgressSection;
import dev.millrace.ops.config.IngressSection;
import dev.millrace.ops.config.ManagementSection;
import dev.millrace.ops.config.RegistrySection;
import dev.millrace.ops.config.RouterSection;
import dev.millrace.ops.config.StackSection;
import dev.millrace.ops.config.TopicsSection;
import dev.millrace.ops.config.WorkerSection;
import dev.millrace.ops.management.Health;
import dev.millrace.ops.management.ManagementServer;
import dev.millrace.ops.management.MeterRegistries;
import dev.millrace.ops.registry.EmbeddedRegistry;
import dev.millrace.ops.registry.EmbeddedRegistryConfig;
import dev.millrace.ops.stack.Departure.Stage;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryConfig;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.KafkaConnection;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One start of the development stack: what can begin at once does, and every part is registered for its leaving. */
final class StackStart {
    private static final Logger LOG = LoggerFactory.getLogger(StackStart.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
    private static final String HOST = "127.0.0.1";
    private static final AccountId ACCOUNT = new AccountId("dev");
    private static final AccountId OPERATOR = new AccountId("operator");
    private static final Scope[] CALLING = {Scope.INFERENCE, Scope.JOBS_READ, Scope.JOBS_CANCEL, Scope.CREDITS_READ};

    private final Phases phases = new Phases();
    private final Departure departure = Departure.hurried();
    private final Health health = new Health();
    private final Map<String, String> environment;
    private final boolean fresh;
    private final Configuration asked;

    StackStart(Configuration asked, Map<String, String> environment, boolean fresh) {
        this.asked = asked;
        this.environment = environment;
        this.fresh = fresh;
    }

    DevelopmentStack run() {
        boolean serves = false;
        try {
            requireFreePorts();
            var data = departure.add(Stage.DATA, "data", DataDirectory.open(asked.get(StackSection.DATA), fresh));
            var stack = start(data, ofStack(asked, data));
            serves = true;
            return stack;
        } finally {
            if (!serves) {
                departure.closeAll(CLOSE_WITHIN);
            }
        }
    }

    private void requireFreePorts() {
        var ingress = IngressSection.ingress(asked);
        FreePort.require(ingress.host(), ingress.port(), "--port");
        FreePort.require(HOST, asked.get(StackSection.KAFKA_PORT), "--kafka-port");
        FreePort.require(HOST, asked.get(StackSection.REGISTRY_PORT), "--registry-port");
        FreePort.require(asked.get(ManagementSection.HOST), asked.get(ManagementSection.PORT), "--management-port");
    }

    /** What differs from a cluster of many: one replica, state beside the data, and a person who waits for the end. */
    private static Configuration ofStack(Configuration asked, DataDirectory data) {
        return asked.withDefault("topics.replication-factor", "1")
                .withDefault(
                        "router.streams.state-dir",
                        data.state().resolve("router").toString())
                .withDefault(
                        "billing.streams.state-dir",
                        data.state().resolve("billing").toString())
                .withDefault("router.streams.instance-id", "up")
                .withDefault("billing.streams.instance-id", "up")
                .withDefault("ingress.close-timeout", "500ms")
                .withDefault("worker.drain-timeout", "500ms");
    }

    private DevelopmentStack start(DataDirectory data, Configuration configuration) {
        var vertx = phases.begin("vertx", this::vertx);
        var meters = phases.begin("meters", MeterRegistries::create);
        var management = phases.begin("management", () -> management(await(vertx), await(meters), configuration));
        var catalogue = phases.begin("catalogue", () -> new LiveCatalogue(CatalogueSection.documents(configuration)));
        var ollama = phases.begin("ollama", () -> findOllama(configuration, await(catalogue)));
        var keys = DevelopmentKeys.of(data.keysFile());
        var foundation = foundation(data, configuration, vertx, meters, catalogue);
        var watched = phases.begin("watch-catalogue", () -> {
            CatalogueWatch.of(foundation, configuration, departure).join();
            return foundation.catalogue();
        });
        var published = phases.begin("keys", () -> publish(foundation, keys, data));
        var http = modules(foundation, configuration, keys);
        await(published);
        await(watched);
        var endpoints = new Endpoints(
                http,
                foundation.kafka().bootstrapServers(),
                foundation.registry().urls().getFirst(),
                await(management).uri(),
                keys.apiKey().text(),
                keys.adminKey().text());
        writeEndpoints(data, endpoints);
        long startMillis = phases.elapsedMillis();
        LOG.atDebug().addKeyValue("tookMillis", startMillis).log("Stack serves");
        return new DevelopmentStack(
                endpoints, data.path(), startMillis, departure, health::fault, await(ollama)::models);
    }

    private Vertx vertx() {
        var vertx = Vertx.vertx();
        departure.add(Stage.GROUND, "vertx", () -> vertx.close().await());
        return vertx;
    }

    private ManagementServer management(Vertx vertx, PrometheusMeterRegistry meters, Configuration configuration)
            throws BindException {
        return departure.add(
                Stage.WATCHING,
                "management",
                ManagementServer.start(
                        vertx,
                        configuration.get(ManagementSection.HOST),
                        configuration.get(ManagementSection.PORT),
                        health,
                        meters));
    }

    private Foundation foundation(
            DataDirectory data,
            Configuration configuration,
            CompletableFuture<Vertx> vertx,
            CompletableFuture<PrometheusMeterRegistry> meters,
            CompletableFuture<LiveCatalogue> catalogue) {
        var kafka = phases.run("broker", () -> broker(data, configuration));
        var topics = TopicsSection.topics(configuration);
        var declared = phases.begin("topics", () -> Topics.ensure(kafka, topics, true));
        var registry = phases.run("registry", () -> registry(await(vertx), kafka, configuration));
        var client = departure.add(Stage.WATCHING, "registry-client", new RegistryClient(registry));
        var codecs = new Codecs(client);
        phases.run("schemas", () -> {
            codecs.registerAll(topics);
            return topics;
        });
        await(declared);
        return new Foundation(
                await(vertx), kafka, topics, registry, codecs, await(catalogue), await(meters), health, environment);
    }

    private KafkaConnection broker(DataDirectory data, Configuration configuration) {
        var config = new EmbeddedBrokerConfig(data.broker(), configuration.get(StackSection.KAFKA_PORT));
        var broker = departure.add(Stage.BROKER, "broker", EmbeddedBroker.start(config));
        broker.fault().thenAccept(fault -> health.fail("The broker cannot go on: " + fault));
        return KafkaConnection.plain(broker.bootstrapServers());
    }

    private RegistryConfig registry(Vertx vertx, KafkaConnection kafka, Configuration configuration) {
        var config =
                new EmbeddedRegistryConfig(kafka.bootstrapServers(), configuration.get(StackSection.REGISTRY_PORT));
        var registry = departure.add(Stage.REGISTRY, "registry", EmbeddedRegistry.start(vertx, config));
        return RegistrySection.registry(configuration, List.of(URI.create(registry.url())));
    }

    /** Starts all modules at once; gives the public address. */
    private URI modules(Foundation foundation, Configuration configuration, DevelopmentKeys keys) {
        var modules = new Modules(foundation, departure);
        var kafka = foundation.kafka();
        var registry = foundation.registry();
        var topics = foundation.topics().settings();
        var others = new ArrayList<CompletableFuture<?>>();
        others.add(phases.begin(
                "router", () -> modules.router(RouterSection.router(configuration, kafka, registry, topics))));
        others.add(phases.begin(
                "billing", () -> modules.billing(BillingSection.billing(configuration, kafka, registry, topics))));
        for (var worker : WorkerSection.workers(configuration)) {
            others.add(phases.begin("worker " + worker.pool(), () -> modules.worker(worker)));
        }
        var egress = phases.run("egress", () -> modules.egress(EgressSection.embedded(configuration, keys.pepper())));
        var config = IngressSection.ingress(configuration);
        var ingress = phases.run("ingress", () -> modules.ingress(config, egress, keys.pepper()));
        others.forEach(Phases::await);
        return URI.create("http://" + config.host() + ":" + ingress.actualPort());
    }

    /** Written once: what an administrator changes later stays changed. */
    private static DevelopmentKeys publish(Foundation foundation, DevelopmentKeys keys, DataDirectory data) {
        if (keys.published()) {
            return keys;
        }
        try (var records = new ControlRecords(foundation)) {
            records.account(ACCOUNT, "Development");
            records.account(OPERATOR, "Operator");
            records.key(ACCOUNT, keys.apiKey(), keys.pepper(), "development", CALLING);
            records.key(OPERATOR, keys.adminKey(), keys.pepper(), "development administration", Scope.values());
            records.flush();
        }
        keys.markPublished(data.keysFile());
        return keys;
    }

    private OllamaFinder findOllama(Configuration configuration, LiveCatalogue catalogue) {
        var finder = departure.add(
                Stage.WATCHING,
                "find-ollama",
                new OllamaFinder(configuration.get(CatalogueSection.OLLAMA_URL), catalogue));
        if (configuration.get(CatalogueSection.FIND_OLLAMA)) {
            finder.start();
        }
        return finder;
    }

    private static void writeEndpoints(DataDirectory data, Endpoints endpoints) {
        try {
            EndpointsFile.write(data.endpointsFile(), endpoints);
        } catch (IOException e) {
            throw new StackException("The file " + data.endpointsFile() + " cannot be written (" + e + ").", e);
        }
    }
}

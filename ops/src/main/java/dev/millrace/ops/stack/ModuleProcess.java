package dev.millrace.ops.stack;

import dev.millrace.access.Secret;
import dev.millrace.ops.config.AccessSection;
import dev.millrace.ops.config.BillingSection;
import dev.millrace.ops.config.CatalogueSection;
import dev.millrace.ops.config.Configuration;
import dev.millrace.ops.config.ConfigurationException;
import dev.millrace.ops.config.EgressSection;
import dev.millrace.ops.config.IngressSection;
import dev.millrace.ops.config.KafkaSection;
import dev.millrace.ops.config.ManagementSection;
import dev.millrace.ops.config.Mistake;
import dev.millrace.ops.config.Origin;
import dev.millrace.ops.config.RegistrySection;
import dev.millrace.ops.config.RouterSection;
import dev.millrace.ops.config.TopicsSection;
import dev.millrace.ops.config.WorkerSection;
import dev.millrace.ops.management.Health;
import dev.millrace.ops.management.ManagementServer;
import dev.millrace.ops.management.MeterRegistries;
import dev.millrace.ops.stack.Departure.Stage;
import dev.millrace.registry.RegistryClient;
import dev.millrace.registry.RegistryException;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.TopicCatalogue;
import io.vertx.core.Vertx;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One module as a process of its own against an existing cluster and registry. Any number of each may run side by side. Thread-safe.
 */
public final class ModuleProcess implements AutoCloseable {
    private static final Duration LEAVE_WITHIN = Duration.ofSeconds(30);
    private static final Duration CATALOGUE_WITHIN = Duration.ofSeconds(5);
    private static final Duration REGISTRY_WITHIN = Duration.ofSeconds(60);
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(500).toNanos();
    private static final Logger LOG = LoggerFactory.getLogger(ModuleProcess.class);

    private final Configuration configuration;
    private final Departure departure = Departure.patient();
    private final Health health = new Health();
    private final Map<String, URI> addresses = new LinkedHashMap<>();

    /** Which module. */
    public enum Kind {
        ROUTER,
        WORKER,
        BILLING,
        /** With egress inside. */
        INGRESS,
        EGRESS
    }

    private ModuleProcess(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * Starts the module; blocks until it is ready.
     *
     * @param environment where vendors' keys are looked up
     * @throws StackException when it cannot run; nothing is left running then
     * @throws ConfigurationException when the module needs a key that nobody set
     */
    public static ModuleProcess start(Kind kind, Configuration configuration, Map<String, String> environment) {
        var process = new ModuleProcess(configuration);
        boolean ready = false;
        try {
            process.requireFreePorts(kind);
            process.requirePepper(kind);
            process.start(kind, process.foundation(environment));
            ready = true;
            return process;
        } catch (BindException e) {
            throw new StackException("The management port cannot be had: " + e.getMessage(), e);
        } finally {
            if (!ready) {
                process.close();
            }
        }
    }

    private void requireFreePorts(Kind kind) {
        FreePort.require(
                configuration.get(ManagementSection.HOST),
                configuration.get(ManagementSection.PORT),
                "--management-port");
        switch (kind) {
            case INGRESS -> {
                var ingress = IngressSection.ingress(configuration);
                FreePort.require(ingress.host(), ingress.port(), "--port");
            }
            case EGRESS ->
                FreePort.require(
                        configuration.get(EgressSection.HOST), configuration.get(EgressSection.PORT), "--port");
            case ROUTER, WORKER, BILLING -> {
                // only the management port
            }
        }
    }

    private Foundation foundation(Map<String, String> environment) throws BindException {
        var kafka = KafkaSection.connection(configuration);
        var topics = TopicsSection.topics(configuration);
        Topics.ensure(kafka, topics, configuration.get(TopicsSection.DECLARE));
        var registry = RegistrySection.registry(configuration);
        var codecs = new Codecs(departure.add(Stage.WATCHING, "registry-client", new RegistryClient(registry)));
        register(codecs, topics);
        var vertx = Vertx.vertx();
        departure.add(Stage.GROUND, "vertx", () -> vertx.close().await());
        var meters = MeterRegistries.create();
        var host = configuration.get(ManagementSection.HOST);
        var management = departure.add(
                Stage.WATCHING,
                "management",
                ManagementServer.start(vertx, host, configuration.get(ManagementSection.PORT), health, meters));
        addresses.put("management", management.uri());
        var catalogue = new LiveCatalogue(CatalogueSection.documents(configuration));
        var foundation = new Foundation(vertx, kafka, topics, registry, codecs, catalogue, meters, health, environment);
        CatalogueWatch.of(foundation, configuration, departure)
                .completeOnTimeout(null, CATALOGUE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        return foundation;
    }

    /** The registry may be away for a while; processes that run go on without it, and one that starts waits for it. */
    private static void register(Codecs codecs, TopicCatalogue topics) {
        long giveUpNanos = System.nanoTime() + REGISTRY_WITHIN.toNanos();
        while (true) {
            try {
                codecs.registerAll(topics);
                return;
            } catch (RegistryException.Unavailable e) {
                if (System.nanoTime() - giveUpNanos > 0) {
                    throw e;
                }
                LOG.atWarn().addKeyValue("reason", e.getMessage()).log("Waits for the schema registry");
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        }
    }

    private void start(Kind kind, Foundation foundation) {
        var modules = new Modules(foundation, departure);
        var kafka = foundation.kafka();
        var registry = foundation.registry();
        var topics = foundation.topics().settings();
        switch (kind) {
            case ROUTER -> modules.router(RouterSection.router(configuration, kafka, registry, topics));
            case BILLING -> modules.billing(BillingSection.billing(configuration, kafka, registry, topics));
            case WORKER -> modules.worker(WorkerSection.worker(configuration));
            case INGRESS -> {
                var config = IngressSection.ingress(configuration);
                var egress = modules.egress(EgressSection.embedded(configuration, pepper()));
                var ingress = modules.ingress(config, egress, pepper());
                addresses.put("http", URI.create("http://" + config.host() + ":" + ingress.actualPort()));
            }
            case EGRESS -> {
                var egress = modules.egress(EgressSection.listening(configuration, pepper()));
                addresses.put(
                        "http", URI.create("http://" + configuration.get(EgressSection.HOST) + ":" + egress.port()));
            }
        }
    }

    private void requirePepper(Kind kind) {
        boolean serves = kind == Kind.INGRESS || kind == Kind.EGRESS;
        if (serves && configuration.get(AccessSection.PEPPER).isEmpty()) {
            throw new ConfigurationException(List.of(new Mistake(
                    AccessSection.PEPPER.key(),
                    new Origin.Default(),
                    "is needed by " + kind.name().toLowerCase(Locale.ROOT) + ": set "
                            + AccessSection.PEPPER.variable())));
        }
    }

    private Secret pepper() {
        return configuration.get(AccessSection.PEPPER).orElseThrow();
    }

    /** Where it listens, by what: {@code http}, {@code management}. */
    public Map<String, URI> addresses() {
        return Map.copyOf(addresses);
    }

    /** Why it cannot go on; empty while it can. Its owner should close it then. */
    public Optional<String> failure() {
        return health.fault();
    }

    /** Ends its work as far as its configuration gives it time, then leaves. Idempotent. */
    @Override
    public void close() {
        departure.closeAll(LEAVE_WITHIN);
    }
}

package dev.millrace.ops.acceptance;

import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.ops.client.Endpoints;
import dev.millrace.ops.fleet.Fleet;
import dev.millrace.topic.TopicDeclarer;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** The modules as separate processes against a broker and a registry that exist already. Not thread-safe. */
final class ModuleFleet implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final List<String> SCOPES =
            List.of("inference", "jobs:read", "jobs:cancel", "credits:read", "admin");

    private final String kafka;
    private final URI registry;
    private final Path directory;
    private final Secret pepper = new Secret("pepper-of-the-fleet-0123456789abcdef");
    private final Fleet fleet = new Fleet();

    ModuleFleet(String kafka, URI registry, Path directory) {
        this.kafka = kafka;
        this.registry = registry;
        this.directory = directory;
    }

    /** Declares the topics and writes keys of the accounts; must come before the first process. */
    Map<String, ApiKey> prepare(List<String> accounts) {
        var keys = new HashMap<String, ApiKey>();
        try (var topics = new TopicDoor(kafka, registry);
                var admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            new TopicDeclarer(admin, topics.topics()).declare();
            topics.codecs().registerAll(topics.topics());
            var codec = topics.codecs().codec(topics.topics().keys());
            for (var account : accounts) {
                var key = ApiKey.create();
                keys.put(account, key);
                var record = ApiKeyRecord.newBuilder()
                        .setKeyId(key.keyId())
                        .setAccount(account)
                        .setHmac(ByteBuffer.wrap(key.hmac(pepper)))
                        .setScopes(SCOPES)
                        .setCreatedAtMillis(System.currentTimeMillis())
                        .build();
                topics.send(topics.topics().keys().name(), key.keyId(), codec.encode(record));
            }
        }
        return keys;
    }

    /** Starts a process; {@link #awaitReady} tells when it serves. */
    void start(String name, String command) {
        var arguments = new ArrayList<>(List.of(command, "--management-port", "0"));
        if (command.equals("ingress")) {
            arguments.addAll(List.of("--port", "0"));
        }
        fleet.start(Processes.plan(name, directory.resolve(name), environment(), arguments));
    }

    private Map<String, String> environment() {
        return Map.of(
                "MILLRACE_KAFKA_BOOTSTRAP_SERVERS",
                kafka,
                "MILLRACE_REGISTRY_URLS",
                registry.toString(),
                "MILLRACE_TOPICS_REPLICATION_FACTOR",
                "1",
                "MILLRACE_ACCESS_PEPPER",
                pepper.reveal());
    }

    /** Waits until every process says it is ready. */
    void awaitReady() {
        fleet.awaitReady(START);
    }

    /** kill −9. */
    void kill(String name) {
        fleet.process(name).kill();
    }

    void restart(String name) {
        fleet.restart(name);
    }

    /** Where clients of one ingress find things. */
    Endpoints endpoints(String ingress, ApiKey key) {
        var addresses = fleet.endpoints(ingress).orElseThrow();
        return new Endpoints(
                URI.create(addresses.path("http").asText()),
                kafka,
                registry,
                URI.create(addresses.path("management").asText()),
                key.text(),
                key.text());
    }

    /** Output of all processes. */
    String output() {
        return fleet.output();
    }

    Secret pepper() {
        return pepper;
    }

    @Override
    public void close() {
        fleet.close();
    }
}

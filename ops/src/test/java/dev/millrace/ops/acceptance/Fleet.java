package dev.millrace.ops.acceptance;

import static org.awaitility.Awaitility.await;

import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.ops.client.Endpoints;
import dev.millrace.topic.TopicDeclarer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;

/** The modules as separate processes against a broker and a registry that exist already. Not thread-safe. */
final class Fleet implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final List<String> SCOPES =
            List.of("inference", "jobs:read", "jobs:cancel", "credits:read", "admin");

    private final String kafka;
    private final URI registry;
    private final Path directory;
    private final Secret pepper = new Secret("pepper-of-the-fleet-0123456789abcdef");
    private final Map<String, Member> members = new LinkedHashMap<>();

    Fleet(String kafka, URI registry, Path directory) {
        this.kafka = kafka;
        this.registry = registry;
        this.directory = directory;
    }

    /** One process; its place is kept over its restarts. */
    private static final class Member {
        private final String command;
        private final Path home;

        @SuppressWarnings("NullAway.Init") // set by start, before anyone else sees the member
        private MillraceProcess process;

        Member(String command, Path home) {
            this.command = command;
            this.home = home;
        }

        Path endpointsFile() {
            return home.resolve("endpoints.json");
        }
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
        try {
            var member = members.computeIfAbsent(name, n -> new Member(command, directory.resolve(n)));
            Files.createDirectories(member.home);
            Files.deleteIfExists(member.endpointsFile());
            var arguments = new ArrayList<>(List.of(
                    command,
                    "--management-port",
                    "0",
                    "--endpoints",
                    member.endpointsFile().toString()));
            if (command.equals("ingress")) {
                arguments.addAll(List.of("--port", "0"));
            }
            member.process = MillraceProcess.start(name, member.home, environment(), arguments.toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        for (var member : members.values()) {
            await().atMost(START).pollInterval(Duration.ofMillis(50)).until(() -> {
                if (!member.process.alive()) {
                    throw new AssertionError(member.process.name() + " ended:\n" + member.process.output());
                }
                return Files.exists(member.endpointsFile());
            });
        }
    }

    /** kill −9. */
    void kill(String name) {
        member(name).process.kill();
    }

    void restart(String name) {
        start(name, member(name).command);
    }

    /** Where clients of one ingress find things. */
    Endpoints endpoints(String ingress, ApiKey key) {
        try {
            var addresses = HttpDoor.read(Files.readString(member(ingress).endpointsFile()));
            return new Endpoints(
                    URI.create(addresses.path("http").asText()),
                    kafka,
                    registry,
                    URI.create(addresses.path("management").asText()),
                    key.text(),
                    key.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Output of all processes. */
    String output() {
        var all = new StringBuilder();
        members.values().forEach(member -> all.append(member.process.output()));
        return all.toString();
    }

    Secret pepper() {
        return pepper;
    }

    private Member member(String name) {
        return Objects.requireNonNull(members.get(name), name);
    }

    @Override
    public void close() {
        members.values().forEach(member -> member.process.close());
    }
}

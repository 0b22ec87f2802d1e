package dev.millrace.ops.bench.arm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.access.Secret;
import dev.millrace.ops.chaos.stage.Groundwork;
import dev.millrace.topic.TopicCatalogue;
import dev.millrace.topic.TopicSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Millrace as separate processes: broker, registry, router, worker, billing, and ingress with egress inside; one of each.
 *
 * @param kafka address of its broker
 */
public record MillraceFleet(Arm arm, String kafka) {
    private static final String ACCOUNT = "bench";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Starts them; returns when all serve. */
    public static MillraceFleet start(Children children, MillraceJvm jvm, URI vendor, BenchLimits limits) {
        var configuration = MillraceStack.configuration(vendor, Arm.Kind.MILLRACE_PROCESSES, limits);
        return new Start(children, jvm, configuration).run();
    }

    /** The start, step by step. */
    private static final class Start {
        private final Children children;
        private final MillraceJvm jvm;
        private final String configuration;
        private final Secret pepper = new Secret(UUID.randomUUID().toString());
        private final List<ChildProcess> processes = new ArrayList<>();

        Start(Children children, MillraceJvm jvm, String configuration) {
            this.children = children;
            this.jvm = jvm;
            this.configuration = configuration;
        }

        MillraceFleet run() {
            var kafka =
                    one("broker", Map.of(), "--kafka-port", "0").path("kafka").asText();
            var registry = one("registry", Map.of(), "--bootstrap", kafka, "--registry-port", "0")
                    .path("registry")
                    .asText();
            var topics = new TopicCatalogue(TopicSettings.DEFAULTS.singleReplica());
            var accounts = List.of(ACCOUNT, Arm.APART_ACCOUNT);
            var keys = Groundwork.lay(kafka, URI.create(registry), topics, pepper, accounts);
            var environment = Map.of(
                    "MILLRACE_KAFKA_BOOTSTRAP_SERVERS",
                    kafka,
                    "MILLRACE_REGISTRY_URLS",
                    registry,
                    "MILLRACE_TOPICS_REPLICATION_FACTOR",
                    "1",
                    "MILLRACE_ACCESS_PEPPER",
                    pepper.reveal());
            var modules = List.of("router", "worker", "billing", "ingress");
            modules.forEach(module -> launch(module, environment, "--management-port", "0"));
            modules.forEach(this::awaitEndpoints);
            var http = URI.create(awaitEndpoints("ingress").path("http").asText());
            var key = Objects.requireNonNull(keys.get(ACCOUNT)).text();
            var apartKey = Objects.requireNonNull(keys.get(Arm.APART_ACCOUNT)).text();
            var kind = Arm.Kind.MILLRACE_PROCESSES;
            var arm = new Arm(
                    kind, MillraceStack.target(http, key, kind), MillraceStack.apart(http, apartKey, kind), processes);
            return new MillraceFleet(arm, kafka);
        }

        private JsonNode one(String command, Map<String, String> environment, String... arguments) {
            launch(command, environment, arguments);
            return awaitEndpoints(command);
        }

        private void launch(String command, Map<String, String> environment, String... more) {
            var home = children.directory().resolve("fleet").resolve(command);
            var arguments = new ArrayList<>(List.of(command));
            arguments.addAll(List.of(more));
            arguments.addAll(
                    List.of("--endpoints", home.resolve("endpoints.json").toString()));
            if (command.equals("broker")) {
                arguments.addAll(List.of("--data", home.resolve("data").toString()));
            }
            if (command.equals("ingress")) {
                arguments.addAll(List.of("--port", "0"));
            }
            try {
                Files.createDirectories(home);
                Files.writeString(home.resolve("millrace.yaml"), configuration);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            processes.add(children.start(jvm.command("fleet-" + command, environment, arguments), home));
        }

        private JsonNode awaitEndpoints(String command) {
            var file = children.directory().resolve("fleet").resolve(command).resolve("endpoints.json");
            var process = processes.stream()
                    .filter(each -> each.name().equals("fleet-" + command))
                    .findFirst()
                    .orElseThrow();
            return process.await("endpoints", PATIENCE, () -> MockVendorProcess.read(file));
        }
    }
}

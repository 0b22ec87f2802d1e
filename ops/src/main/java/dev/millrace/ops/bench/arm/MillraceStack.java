package dev.millrace.ops.bench.arm;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.access.Secret;
import dev.millrace.ops.bench.load.Target;
import dev.millrace.ops.client.Endpoints;
import dev.millrace.ops.client.EndpointsFile;
import dev.millrace.ops.client.MillraceClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Millrace in one process: {@code ./millrace up} on temporary data, with the mock vendor as one more provider.
 *
 * @param arm how it is called
 */
public record MillraceStack(ChildProcess process, Endpoints endpoints, Arm arm) {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Starts it; returns when it serves. */
    public static MillraceStack start(Children children, MillraceJvm jvm, URI vendor, BenchLimits limits) {
        var kind = Arm.Kind.MILLRACE;
        var plain = start(children, jvm, "millrace", configuration(vendor, kind, limits));
        var target = target(plain.endpoints().http(), plain.endpoints().apiKey(), kind);
        var apart = apart(plain.endpoints().http(), apartKey(plain.endpoints()), kind);
        var arm = new Arm(kind, target, apart, List.of(plain.process()));
        return new MillraceStack(plain.process(), plain.endpoints(), arm);
    }

    /** A new key of the account of calls that are kept apart. */
    private static Secret apartKey(Endpoints endpoints) {
        try (var client = new MillraceClient(endpoints.http(), endpoints.adminKey())) {
            var body = JSON.createObjectNode().put("account", Arm.APART_ACCOUNT);
            return new Secret(
                    client.post("/v1/keys", body, Map.of()).body().path("key").asText());
        }
    }

    /** Starts one as it comes out of the box. */
    public static MillraceStack startPlain(Children children, MillraceJvm jvm, String name) {
        return start(children, jvm, name, "");
    }

    private static MillraceStack start(Children children, MillraceJvm jvm, String name, String configuration) {
        var home = children.directory().resolve(name);
        try {
            Files.createDirectories(home);
            Files.writeString(home.resolve("millrace.yaml"), configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var arguments = List.of(
                "up",
                "--port",
                "0",
                "--kafka-port",
                "0",
                "--registry-port",
                "0",
                "--management-port",
                "0",
                "--data",
                home.resolve("data").toString());
        var process = children.start(jvm.command(name, Map.of(), arguments), home);
        var endpoints = process.await("endpoints", PATIENCE, () -> read(home.resolve("data/endpoints.json")));
        var target = target(endpoints.http(), endpoints.apiKey(), Arm.Kind.MILLRACE);
        return new MillraceStack(process, endpoints, new Arm(Arm.Kind.MILLRACE, target, List.of(process)));
    }

    private static @Nullable Endpoints read(Path file) {
        try {
            return Files.exists(file) ? EndpointsFile.read(file) : null;
        } catch (IOException e) {
            throw new ArmFailure(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The configuration file of a Millrace whose vendor is the mock. */
    static String configuration(URI vendor, Arm.Kind kind, BenchLimits limits) {
        return """
                providers:
                  %s:
                    adapter: openai-compatible
                    base-url: %s
                    open-models: true
                    max-concurrent: %d
                    default-prices: {input: 1, output: 2}
                catalogue: {find-ollama: false}
                ingress: {max-open-answers: %d}
                router: {windows: {interactive: %d, batch: %d}}
                worker: {max-in-flight: %d, max-batch-in-flight: %d}
                """.formatted(
                        kind.word(),
                        vendor,
                        limits.streams(),
                        limits.streams(),
                        limits.streams(),
                        limits.batchWindow(),
                        limits.streams(),
                        limits.batchSlots());
    }

    /** Where this Millrace is called with a key. */
    static Target target(URI http, Secret key, Arm.Kind kind) {
        return target(http, key, kind.word() + "/" + kind.word() + "/");
    }

    /** The same for calls that are kept apart. */
    static Target apart(URI http, Secret key, Arm.Kind kind) {
        return target(http, key, kind.word() + "/" + kind.word() + "-apart/");
    }

    private static Target target(URI http, Secret key, String modelPrefix) {
        return new Target(http, Map.of("authorization", "Bearer " + key.reveal()), modelPrefix);
    }
}

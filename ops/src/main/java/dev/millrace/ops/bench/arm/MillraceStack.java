package dev.millrace.ops.bench.arm;

import dev.millrace.ops.bench.load.Target;
import dev.millrace.ops.client.Endpoints;
import dev.millrace.ops.client.EndpointsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Millrace in one process: {@code ./millrace up} on temporary data, with the mock vendor as one more provider. */
public record MillraceStack(ChildProcess process, Endpoints endpoints) {
    /** First part of the models' names. */
    static final String PROVIDER = "bench";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Starts it; returns when it serves. */
    public static MillraceStack start(Children children, MillraceJvm jvm, URI vendor, BenchLimits limits) {
        return start(children, jvm, "millrace", configuration(vendor, Arm.Kind.MILLRACE, limits));
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
        return new MillraceStack(process, endpoints);
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

    public Arm arm() {
        return new Arm(Arm.Kind.MILLRACE, target(endpoints, Arm.Kind.MILLRACE), List.of(process));
    }

    static Target target(Endpoints endpoints, Arm.Kind kind) {
        return new Target(
                endpoints.http(),
                Map.of("authorization", "Bearer " + endpoints.apiKey().reveal()),
                kind.word() + "/" + kind.word() + "/");
    }
}

package dev.millrace.ops.bench.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.ops.bench.load.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The vendor behind all arms: {@code ./millrace mock-vendor}. */
public final class MockVendorProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChildProcess process;
    private final URI address;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private MockVendorProcess(ChildProcess process, URI address) {
        this.process = process;
        this.address = address;
    }

    public static MockVendorProcess start(Children children, MillraceJvm jvm) {
        var file = children.directory().resolve("vendor.json");
        var process = children.start(jvm.command(
                "mock-vendor", Map.of(), List.of("mock-vendor", "--port", "0", "--endpoints", file.toString())));
        var json = process.await("address", PATIENCE, () -> read(file));
        return new MockVendorProcess(process, URI.create(json.path("vendor").asText()));
    }

    /** The JSON of a file that is written as a whole; null while it is not there. */
    static @Nullable JsonNode read(Path file) {
        try {
            return Files.exists(file) ? JSON.readTree(Files.readAllBytes(file)) : null;
        } catch (IOException e) {
            throw new ArmFailure(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    public ChildProcess process() {
        return process;
    }

    /** Where its API begins: {@code …/v1}. */
    public URI api() {
        return address.resolve("/v1");
    }

    public URI address() {
        return address;
    }

    /** The way without anything in between. */
    public Arm direct() {
        return new Arm(Arm.Kind.DIRECT, new Target(address, Map.of(), "direct/"), List.of());
    }

    /** What it would charge so far. */
    public Invoiced invoice() {
        return new Invoiced(get("/mock/invoice"));
    }

    private JsonNode get(String path) {
        try {
            var request = HttpRequest.newBuilder(address.resolve(path))
                    .timeout(PATIENCE)
                    .build();
            return JSON.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new ArmFailure("the mock vendor does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ArmFailure("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

package dev.millrace.ops.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.ops.client.Endpoints;
import dev.millrace.ops.client.EndpointsFile;
import dev.millrace.ops.fleet.MillraceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code ./millrace up} as a process of its own, on free ports. */
final class Stack implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final List<String> PORTS = List.of("--port", "--kafka-port", "--registry-port", "--management-port");

    private final MillraceProcess process;
    private final Path data;

    private Stack(MillraceProcess process, Path data) {
        this.process = process;
        this.data = data;
    }

    /**
     * Starts {@code up} in {@code directory}, where it finds its {@code millrace.yaml}, if any, and keeps its data.
     *
     * @param options replace the free ports
     */
    static Stack up(String name, Path directory, Map<String, String> environment, String... options) {
        var data = directory.resolve("data");
        var arguments = new ArrayList<>(List.of("up", "--data", data.toString()));
        for (var port : PORTS) {
            if (!List.of(options).contains(port)) {
                arguments.addAll(List.of(port, "0"));
            }
        }
        arguments.addAll(List.of(options));
        var process = MillraceProcess.start(Processes.plan(name, directory, environment, arguments));
        return new Stack(process, data);
    }

    MillraceProcess process() {
        return process;
    }

    /** Where it can be reached, once it can. */
    Endpoints endpoints() {
        var file = data.resolve(EndpointsFile.NAME);
        await().atMost(START).pollInterval(Duration.ofMillis(20)).until(() -> {
            assertThat(process.alive()).as(process.output()).isTrue();
            return Files.exists(file);
        });
        try {
            return EndpointsFile.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The secret under which key hashes are stored. */
    String pepper() {
        try {
            return HttpDoor.read(Files.readString(data.resolve("keys.json")))
                    .path("pepper")
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}

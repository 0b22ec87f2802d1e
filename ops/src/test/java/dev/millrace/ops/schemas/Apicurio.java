package dev.millrace.ops.schemas;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The Apicurio registry that the build unpacked, as a process of its own on a free loopback port, with its state in memory. */
final class Apicurio implements AutoCloseable {
    private static final Path DIRECTORY = Path.of("target/apicurio").toAbsolutePath();
    private static final Path LOG = Path.of("target/apicurio.log").toAbsolutePath();
    private static final Duration START = Duration.ofMinutes(2);

    private final Process process;
    private final URI url;

    Apicurio() {
        int port = freePort();
        url = URI.create("http://127.0.0.1:" + port + "/apis/ccompat/v7");
        try {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-Dquarkus.http.host=127.0.0.1",
                            "-Dquarkus.http.port=" + port,
                            "-jar",
                            launcher().toString())
                    .redirectErrorStream(true)
                    .redirectOutput(LOG.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            await().atMost(START).pollInterval(Duration.ofMillis(200)).until(this::serves);
            requireBackwardCompatibility();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Base address of its Confluent API. */
    URI url() {
        return url;
    }

    private static Path launcher() {
        try (var files = Files.find(DIRECTORY, 3, (file, _) -> file.endsWith("quarkus-run.jar"))) {
            return files.findFirst()
                    .orElseThrow(() -> new IllegalStateException("no quarkus-run.jar under " + DIRECTORY
                            + ": the build unpacks it before integration tests"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean serves() throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("Apicurio ended with " + process.exitValue() + ", see " + LOG);
        }
        try {
            return send(HttpRequest.newBuilder(URI.create(url + "/subjects")).build()) == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private void requireBackwardCompatibility() {
        var body = HttpRequest.BodyPublishers.ofString("{\"compatibility\":\"BACKWARD\"}");
        var request = HttpRequest.newBuilder(URI.create(url + "/config"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .PUT(body)
                .build();
        await().atMost(START).ignoreException(IOException.class).until(() -> send(request) == 200);
    }

    private static int send(HttpRequest request) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

package dev.millrace.ingress.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.avro.VerdictKind;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.catalogue.CatalogueLoader;
import dev.millrace.egress.access.ApiKeyAuthentication;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.jobs.JobsApi;
import dev.millrace.ingress.IngressConfig;
import dev.millrace.ingress.files.ClaimCheck;
import dev.millrace.ingress.files.FileLimits;
import dev.millrace.ingress.files.FileShelf;
import dev.millrace.ingress.files.FileWriter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The server on a free port, with everything behind it faked. */
final class TestDoor implements AutoCloseable {
    static final String CHAT = "/v1/chat/completions";
    static final String BODY = "{\"model\":\"local/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    static final String STREAM = BODY.replace("}]}", "}],\"stream\":true}");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Secret PEPPER = new Secret("pepper");
    private static final Catalogue CATALOGUE = CatalogueLoader.shipped();

    final Vertx vertx = Vertx.vertx();
    final FakeJobLog jobs = new FakeJobLog(vertx);
    final FakeLog log = new FakeLog();
    final FakeFiles files = new FakeFiles();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final String userKey = key("acme", Scope.INFERENCE, Scope.JOBS_READ, Scope.JOBS_CANCEL);
    final String adminKey = key("ops", Scope.ADMIN);
    private final FrontDoor door;

    TestDoor() {
        this(IngressConfig.DEFAULTS);
    }

    TestDoor(IngressConfig config) {
        var parts = new HttpParts(
                jobs,
                new ApiKeyAuthentication(log.keys::find, PEPPER, InstantSource.system()),
                new JobsApi(vertx, jobs, _ -> Optional.empty())::mount,
                () -> CATALOGUE,
                log.keys,
                log.accounts,
                new ClaimCheck(log, new FileWriter(files), InstantSource.system()),
                log,
                log,
                new HttpParts.Files(
                        new FileShelf(files.records::all, FileLimits.DEFAULTS, InstantSource.system()),
                        files,
                        files::read),
                PEPPER,
                InstantSource.system(),
                meters);
        door = new FrontDoor(vertx, parts, config.listeningOn("127.0.0.1", 0));
        door.open()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private String key(String account, Scope... scopes) {
        var key = ApiKey.create();
        log.keys.put(
                key.keyId(),
                ApiKeyRecord.newBuilder()
                        .setKeyId(key.keyId())
                        .setAccount(account)
                        .setHmac(ByteBuffer.wrap(key.hmac(PEPPER)))
                        .setScopes(Arrays.stream(scopes).map(Scope::text).toList())
                        .setCreatedAtMillis(0)
                        .build());
        return key.text().reveal();
    }

    /** Every accepted request is answered with {@code text}. */
    TestDoor answering(String text) {
        log.then = request -> {
            if (request.getIdempotencyKey() != null) {
                jobs.verdict(request.getJobId(), VerdictKind.ADMITTED, null);
            }
            if (jobs.follows(request.getJobId())) {
                jobs.answer(request.getJobId(), text);
            }
        };
        return this;
    }

    int port() {
        return door.port();
    }

    /** A bare connection. Reads give up after some seconds. */
    Socket socket() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .header("authorization", "Bearer " + userKey)
                .header("content-type", "application/json");
    }

    HttpRequest.Builder post(String path, String body) {
        return post(path, BodyPublishers.ofString(body));
    }

    HttpRequest.Builder post(String path, BodyPublisher body) {
        return request(path).POST(body);
    }

    HttpRequest.Builder admin(String path) {
        return request(path).setHeader("authorization", "Bearer " + adminKey);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(response.body(), e);
        }
    }

    /** Values of a member of every element of a list answer. */
    static List<String> texts(JsonNode list, String member) {
        return list.path("data")
                .valueStream()
                .map(item -> item.path(member).asText())
                .toList();
    }

    void closeDoor() {
        door.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        client.shutdownNow();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}

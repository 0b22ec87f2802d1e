package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server on loopback that answers like a vendor.
 *
 * <p>{@code POST …/chat/completions}, {@code …/messages}, {@code …/responses} and {@code …/models/{model}:generateContent} are answered by the
 * scripted vendor, and a {@link BenchModel} from ready bytes. What a call does is told by its model's name, by options after a plus in that
 * name ({@code echo+gap_millis=0+fail=reset}), by a member {@code local} of its body, by a header {@value #OPTIONS_HEADER} with the same
 * members as JSON, and by the schedule of faults, the later ones winning. Three members are of the wire: {@code cut_at_byte} breaks the
 * connection there, {@code duplicate} sends every frame twice, {@code accept_millis} waits before anything.
 *
 * <p>{@code GET /mock/invoice} tells what was served, {@code GET /mock/calls?after=N} each call that is over, {@code PUT /mock/faults} sets the
 * schedule, {@code {"seed":1,"rate":0.1,"failures":["503","cut_at_byte"]}}. {@code docs/mock-vendor.md} has it all.
 *
 * <p>Thread-safe.
 */
public final class MockVendor implements AutoCloseable {
    /** Request header with options as a JSON object. */
    public static final String OPTIONS_HEADER = "x-mock-vendor";

    /** Request header that names a recorded reply to give instead, {@code vendor/capability/case}; {@code gap_millis} between its events. */
    public static final String RECORDING_HEADER = "x-mock-recording";

    private static final int MAX_BODY_BYTES = 64 * 1024 * 1024;

    private final Invoice invoice;
    private final VendorDesk desk;
    private final List<HttpServer> servers = new ArrayList<>();
    private final int port;

    /**
     * Starts one; returns when it serves.
     *
     * @param port 0 takes a free one
     * @param instances event loops that accept, at least 1
     * @param recordings folder of recorded replies; null when there are none
     */
    public MockVendor(Vertx vertx, int port, int instances, @Nullable Path recordings) {
        this(vertx, port, instances, recordings, null);
    }

    private MockVendor(
            Vertx vertx, int port, int instances, @Nullable Path recordings, @Nullable InvoiceFile invoiceFile) {
        var root = recordings == null ? null : recordings.toAbsolutePath().normalize();
        this.invoice = new Invoice(invoiceFile);
        this.desk = new VendorDesk(vertx, invoice, root);
        int bound = port;
        for (int i = 0; i < instances; i++) {
            var server = vertx.createHttpServer(new HttpServerOptions()
                            .setHost("127.0.0.1")
                            .setPort(bound)
                            .setTcpNoDelay(true))
                    .requestHandler(this::handle)
                    .listen()
                    .await();
            servers.add(server);
            bound = server.actualPort();
        }
        this.port = bound;
    }

    /**
     * The same with a file to which each call is appended once it is over.
     *
     * @throws IOException when the file cannot be opened
     */
    public static MockVendor withInvoice(
            Vertx vertx, int port, int instances, @Nullable Path recordings, Path invoiceFile) throws IOException {
        return new MockVendor(vertx, port, instances, recordings, new InvoiceFile(invoiceFile));
    }

    public int port() {
        return port;
    }

    /**
     * Lets calls fail from now on.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public void fail(long seed, double rate, List<String> failures) {
        desk.schedule(new FaultSchedule(seed, rate, failures));
    }

    /** What was served so far. */
    public ObjectNode invoice() {
        return invoice.json();
    }

    private void handle(HttpServerRequest request) {
        long startMillis = System.currentTimeMillis();
        switch (request.method().name()) {
            case "GET" -> get(request);
            case "PUT" -> withBody(request, body -> setFaults(request, body));
            case "POST" -> withBody(request, body -> call(request, body, startMillis));
            default -> answer(request, 405, VendorApi.common().error(405, "GET, PUT or POST"));
        }
    }

    private void get(HttpServerRequest request) {
        var path = request.path();
        if (path.equals("/mock/invoice")) {
            answer(request, 200, invoice.json());
        } else if (path.equals("/mock/calls")) {
            calls(request);
        } else if (path.endsWith("/models")) {
            var models = Nodes.object().put("object", "list");
            models.putArray("data").addObject().put("id", "echo").put("object", "model");
            answer(request, 200, models);
        } else {
            answer(request, 404, VendorApi.common().error(404, "no such path"));
        }
    }

    private void calls(HttpServerRequest request) {
        var after = Optional.ofNullable(request.getParam("after")).orElse("0");
        if (!after.matches("[0-9]{1,18}")) {
            answer(request, 400, VendorApi.common().error(400, "after: must be the number of a call"));
            return;
        }
        var _ = request.response()
                .putHeader("content-type", "application/x-ndjson")
                .end(invoice.callsAfter(Long.parseLong(after)));
    }

    private static void withBody(HttpServerRequest request, Consumer<Buffer> then) {
        var body = Buffer.buffer();
        request.handler(piece -> {
            if (body.length() + piece.length() > MAX_BODY_BYTES) {
                request.connection().close();
            } else {
                body.appendBuffer(piece);
            }
        });
        request.endHandler(_ -> then.accept(body));
    }

    static void answer(HttpServerRequest request, int status, ObjectNode body) {
        var _ = request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body.toString());
    }

    private void setFaults(HttpServerRequest request, Buffer body) {
        var wanted = Scripts.read(body.toString());
        var failures = new ArrayList<String>();
        wanted.path("failures").forEach(failure -> failures.add(failure.asText()));
        try {
            fail(wanted.path("seed").asLong(), wanted.path("rate").asDouble(), failures);
            answer(request, 200, Nodes.object().put("rate", wanted.path("rate").asDouble()));
        } catch (IllegalArgumentException e) {
            answer(request, 400, VendorApi.common().error(400, String.valueOf(e.getMessage())));
        }
    }

    private void call(HttpServerRequest request, Buffer body, long startMillis) {
        VendorApi.ofPath(request.path())
                .ifPresentOrElse(
                        api -> desk.call(request, api, body.getBytes(), startMillis),
                        () -> answer(request, 404, VendorApi.common().error(404, "no such path")));
    }

    @Override
    public void close() {
        servers.forEach(server -> server.close().await());
        invoice.close();
    }
}

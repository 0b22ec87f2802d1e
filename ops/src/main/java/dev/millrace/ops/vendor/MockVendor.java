package dev.millrace.ops.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.worker.local.LocalEvent;
import dev.millrace.worker.local.LocalVendor;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server on loopback that answers like a vendor.
 *
 * <p>{@code POST …/chat/completions}, {@code …/messages}, {@code …/responses} and {@code …/models/{model}:generateContent} are answered by the
 * scripted vendor. What a call does is told by its model's name, by a member {@code local} of its body, by a header
 * {@value #OPTIONS_HEADER} with the same members as JSON, and by the schedule of faults, the later ones winning. Two members are of the wire:
 * {@code cut_at_byte} breaks the connection there, {@code duplicate} sends every frame twice; {@code accept_millis} waits before anything.
 * {@code GET /mock/invoice} tells what was served, {@code PUT /mock/faults} sets the schedule, {@code {"seed":1,"rate":0.1,"failures":["503"]}}.
 *
 * <p>Thread-safe.
 */
public final class MockVendor implements AutoCloseable {
    /** Request header with options as a JSON object. */
    public static final String OPTIONS_HEADER = "x-mock-vendor";

    /** Request header that names a recorded reply to give instead, {@code vendor/capability/case}; {@code gap_millis} between its events. */
    public static final String RECORDING_HEADER = "x-mock-recording";

    private static final Pattern GENERATE = Pattern.compile(".*/models/(.+):(generateContent|streamGenerateContent)");
    private static final int MAX_BODY_BYTES = 64 * 1024 * 1024;

    private final Vertx vertx;
    private final LocalVendor vendor = new LocalVendor();
    private final Invoice invoice = new Invoice();
    private final List<HttpServer> servers = new ArrayList<>();
    private final int port;
    private final @Nullable Path recordings;
    private volatile FaultSchedule faults = FaultSchedule.NONE;

    /** A call as its dialect is recognised from the path. */
    private record Api(
            WireDialect dialect,
            @Nullable String model,
            @Nullable Boolean streaming) {}

    /**
     * Starts one; returns when it serves.
     *
     * @param port 0 takes a free one
     * @param instances event loops that accept, at least 1
     * @param recordings folder of recorded replies; null when there are none
     */
    public MockVendor(Vertx vertx, int port, int instances, @Nullable Path recordings) {
        this.vertx = vertx;
        this.recordings =
                recordings == null ? null : recordings.toAbsolutePath().normalize();
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

    public int port() {
        return port;
    }

    /**
     * Lets calls fail from now on.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public void fail(long seed, double rate, List<String> failures) {
        faults = new FaultSchedule(seed, rate, failures);
    }

    /** What was served so far. */
    public ObjectNode invoice() {
        return invoice.json();
    }

    private void handle(HttpServerRequest request) {
        var path = request.path();
        switch (request.method().name()) {
            case "GET" -> {
                if (path.equals("/mock/invoice")) {
                    answer(request, 200, invoice.json());
                } else if (path.endsWith("/models")) {
                    var models = Nodes.object().put("object", "list");
                    models.putArray("data").addObject().put("id", "echo").put("object", "model");
                    answer(request, 200, models);
                } else {
                    answer(request, 404, new ChatWire().error(404, "no such path"));
                }
            }
            case "PUT" -> withBody(request, body -> setFaults(request, body));
            case "POST" -> withBody(request, body -> call(request, body));
            default -> answer(request, 405, new ChatWire().error(405, "GET, PUT or POST"));
        }
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

    private static void answer(HttpServerRequest request, int status, ObjectNode body) {
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
            answer(request, 200, Nodes.object().put("rate", faults.rate()));
        } catch (IllegalArgumentException e) {
            answer(request, 400, new ChatWire().error(400, String.valueOf(e.getMessage())));
        }
    }

    private static Optional<Api> api(String path) {
        if (path.endsWith("/chat/completions")) {
            return Optional.of(new Api(new ChatWire(), null, null));
        }
        if (path.endsWith("/messages")) {
            return Optional.of(new Api(new MessagesWire(), null, null));
        }
        if (path.endsWith("/responses")) {
            return Optional.of(new Api(new ResponsesWire(), null, null));
        }
        var generate = GENERATE.matcher(path);
        return generate.matches()
                ? Optional.of(new Api(
                        new GenerateContentWire(),
                        generate.group(1),
                        generate.group(2).startsWith("stream")))
                : Optional.empty();
    }

    private void call(HttpServerRequest request, Buffer body) {
        var api = api(request.path()).orElse(null);
        var json = Scripts.read(body.toString());
        if (api == null || !json.isObject()) {
            int status = api == null ? 404 : 400;
            answer(request, status, new ChatWire().error(status, api == null ? "no such path" : "not a JSON object"));
            return;
        }
        var script = api.dialect().script(json, api.model(), api.streaming());
        var options = options(request, script);
        script.set("local", options);
        boolean streaming = script.path("stream").asBoolean();
        if (streaming) {
            // The invoice needs it; whether the client sees it is its own matter.
            script.putObject("stream_options").put("include_usage", true);
        }
        var attempt = Optional.ofNullable(request.getHeader(LocalVendor.ATTEMPT_HEADER))
                .filter(text -> text.matches("[0-9]{1,6}"))
                .map(Integer::parseInt)
                .orElse(1);
        var events = events(request, script, options, attempt);
        if (events == null) {
            answer(request, 404, new ChatWire().error(404, "no such recording"));
            return;
        }
        var context = vertx.getOrCreateContext();
        var playback = new Playback(
                context,
                request.response(),
                api.dialect(),
                streaming,
                events,
                options,
                new Bookkeeper(script.path("model").asText().toLowerCase(Locale.ROOT)));
        long acceptMillis = options.path("accept_millis").asLong();
        if (acceptMillis > 0) {
            vertx.setTimer(acceptMillis, _ -> playback.step());
        } else {
            playback.step();
        }
    }

    /** The reply; null when a recording is asked for that is not there. */
    private @Nullable Iterator<LocalEvent> events(
            HttpServerRequest request, ObjectNode script, ObjectNode options, int attempt) {
        var recording = request.getHeader(RECORDING_HEADER);
        if (recording == null) {
            return vendor.answer(script.toString(), attempt);
        }
        if (recordings == null) {
            return null;
        }
        try {
            options.put("verbatim", true);
            return RecordedReply.events(
                            recordings, recording, options.path("gap_millis").asLong(0))
                    .iterator();
        } catch (IOException e) {
            return null;
        }
    }

    private ObjectNode options(HttpServerRequest request, JsonNode script) {
        var header = request.getHeader(OPTIONS_HEADER);
        return Scripts.options(
                script,
                header == null ? Nodes.JSON.missingNode() : Scripts.read(header),
                faults.options(invoice.nextCall()));
    }

    private final class Bookkeeper implements Playback.Ending {
        private final String model;

        Bookkeeper(String model) {
            this.model = model;
        }

        @Override
        public void whole(JsonNode usage) {
            invoice.whole(
                    model,
                    usage.path("prompt_tokens").asLong(),
                    usage.path("completion_tokens").asLong());
        }

        @Override
        public void broken(int tokens) {
            invoice.broken(model, tokens);
        }

        @Override
        public void refused(int status) {
            invoice.refused(model);
        }
    }

    @Override
    public void close() {
        servers.forEach(server -> server.close().await());
    }
}

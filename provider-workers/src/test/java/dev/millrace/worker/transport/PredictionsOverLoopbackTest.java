package dev.millrace.worker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.access.Secret;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.Delivery;
import dev.millrace.avro.Delta;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Message;
import dev.millrace.avro.Part;
import dev.millrace.avro.TextDelta;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Usage;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.Rendering.Rendered;
import dev.millrace.worker.provider.VendorResult;
import dev.millrace.worker.provider.VendorResult.Finished;
import dev.millrace.worker.replicate.ReplicateAdapter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A streamed prediction over loopback, of a vendor that leaves the stream open after its last event, as the recorded one did. */
@Timeout(60)
class PredictionsOverLoopbackTest {
    private static final Deadlines PATIENT = new Deadlines(5_000, 5_000, 20_000, 5_000, 20_000, 20_000, 0);

    private final Vertx vertx = Vertx.vertx();
    private final EventLoops loops = EventLoops.on(vertx, 1);
    private final Queue<Delta> deltas = new ConcurrentLinkedQueue<>();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<VendorResult> outcome = new CompletableFuture<>();
    private final CompletableFuture<VendorAttempt> attempt = new CompletableFuture<>();

    @AfterEach
    void close() {
        Misbehaving.await(vertx.close());
    }

    private Misbehaving vendor(String events) {
        return Misbehaving.http(vertx, (request, _) -> {
            seen.add(request.method() + " " + request.path());
            if (request.path().endsWith("/cancel")) {
                json(request, 200, "{}");
            } else if (request.method().name().equals("POST")) {
                var stream = "http://" + request.authority() + "/v1/streams/s1";
                json(request, 201, "{\"id\":\"p1\",\"status\":\"starting\",\"urls\":{\"stream\":\"" + stream + "\"}}");
            } else if (request.path().contains("/streams/")) {
                request.response()
                        .setChunked(true)
                        .putHeader("content-type", "text/event-stream")
                        .write(events);
            } else {
                json(
                        request,
                        200,
                        "{\"id\":\"p1\",\"status\":\"succeeded\",\"output\":[\"Hi\"],"
                                + "\"metrics\":{\"predict_time\":1.5,\"input_token_count\":3,\"output_token_count\":2}}");
            }
        });
    }

    private static void json(HttpServerRequest request, int status, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body);
    }

    private static AttemptOrder order() {
        var message = new Message("user", null, List.of(new Part(new TextPart("Hello"), Map.of())), Map.of());
        var request = InferenceRequest.newBuilder()
                .setAccount("a")
                .setModel("replicate/m")
                .setInput(ChatInput.newBuilder().setMessages(List.of(message)).build())
                .setDelivery(Delivery.newBuilder().setStream(true).build())
                .build();
        return AttemptOrder.newBuilder()
                .setProvider("replicate")
                .setModel("replicate/o/m")
                .setVendorModel("o/m")
                .setRequest(request)
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .build();
    }

    private void run(Misbehaving vendor) {
        var provider = new Provider(
                "replicate", "replicate", vendor.url(), "default", null, false, Map.of(), Map.of(), 8, true, null);
        var adapter = new ReplicateAdapter(provider);
        var transport = HttpTransport.of(
                vertx,
                provider,
                vendor.url(),
                adapter.credentialScheme(),
                new Secret("r8-canary"),
                adapter.allowedHosts());
        var call = ((Rendered) adapter.render(order(), 1)).call();
        var context = loops.next();
        context.runOnContext(_ -> attempt.complete(VendorAttempt.start(
                context,
                transport,
                call,
                adapter.newDecoder(call),
                PATIENT,
                Allowance.untilJobDeadline(30_000),
                (pieces, result, _) -> {
                    deltas.addAll(pieces);
                    if (result != null) {
                        outcome.complete(result);
                    }
                })));
    }

    private String text() {
        var text = new StringBuilder();
        for (var delta : deltas) {
            if (delta.getContent() instanceof TextDelta piece) {
                text.append(piece.getText());
            }
        }
        return text.toString();
    }

    @Test
    void asksForTheMetricsAsSoonAsTheStreamIsDone() throws Exception {
        // Given
        var events = "event: output\ndata: Hel\n\nevent: output\ndata: lo\ndata: you\n\nevent: done\ndata: {}\n\n";
        try (var vendor = vendor(events)) {
            // When
            run(vendor);
            var result = outcome.get(10, TimeUnit.SECONDS);
            // Then
            assertThat(text()).isEqualTo("Hello\nyou");
            assertThat(result)
                    .isInstanceOfSatisfying(
                            Finished.class,
                            finished -> assertThat(finished.usage())
                                    .extracting(Usage::getOutputTokens)
                                    .isEqualTo(2L));
            assertThat(seen)
                    .containsExactly("POST /v1/models/o/m/predictions", "GET /v1/streams/s1", "GET /v1/predictions/p1");
        }
    }

    @Test
    void endsThePredictionAtTheVendorWhenTheJobIsCancelled() throws Exception {
        try (var vendor = vendor("event: output\ndata: Hel\n\n")) {
            // Given
            run(vendor);
            await().until(() -> text().equals("Hel"));
            // When
            var running = attempt.get(5, TimeUnit.SECONDS);
            loops.next().runOnContext(_ -> running.cancel());
            // Then
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(seen).contains("POST /v1/predictions/p1/cancel"));
        }
    }
}
